using System.Reflection;

namespace HubertSharp.Runs.Configuration;

/// <summary>One key of the schema.</summary>
internal sealed record ConfigKey
{
    public required string Name { get; init; }

    public required Type Type { get; init; }

    /// <summary>Of the group's record; null for a <c>_name</c> that chooses the record.</summary>
    public PropertyInfo? Property { get; init; }

    public bool Nullable { get; init; }

    public required object? Default { get; init; }

    public string? DefaultsTo { get; init; }

    public bool MustBeGiven { get; init; }

    public bool OneIsEnough { get; init; }

    public IReadOnlyList<string>? Choices { get; init; }

    public BetweenAttribute? Between { get; init; }

    public string Group => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The key that chooses a group's record.</summary>
    public static ConfigKey Choosing(string name, IReadOnlyList<string> choices, string normally) =>
        new() { Name = name, Type = typeof(string), Default = normally, Choices = choices };

    /// <summary>The keys of a group's record: its own in the order in which they stand there, then those of the record below it.</summary>
    /// <param name="group">The group's key.</param>
    /// <param name="defaults">A record that says nothing.</param>
    public static IEnumerable<ConfigKey> Of(string group, object defaults)
    {
        var nullability = new NullabilityInfoContext();
        for (var type = defaults.GetType(); type != typeof(object); type = type.BaseType!)
        {
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                yield return new ConfigKey
                {
                    Name = $"{group}.{property.GetCustomAttribute<KeyAttribute>()?.Name ?? ConfigSchema.SnakeCase(property.Name)}",
                    Type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
                    Property = property,
                    Nullable = System.Nullable.GetUnderlyingType(property.PropertyType) is not null
                        || nullability.Create(property).WriteState == NullabilityState.Nullable,
                    Default = property.GetValue(defaults),
                    DefaultsTo = property.GetCustomAttribute<DefaultsToAttribute>()?.Key,
                    OneIsEnough = property.GetCustomAttribute<OneIsEnoughAttribute>() is not null,
                    MustBeGiven = property.GetCustomAttribute<MustBeGivenAttribute>() is not null,
                    Choices = property.GetCustomAttribute<ChoicesAttribute>()?.Values,
                    Between = property.GetCustomAttribute<BetweenAttribute>(),
                };
            }
        }
    }
}
