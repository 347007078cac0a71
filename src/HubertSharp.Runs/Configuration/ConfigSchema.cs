using System.Reflection;
using System.Text;

namespace HubertSharp.Runs.Configuration;

/// <summary>The keys of <see cref="HubertConfig"/> by their dotted names, read off the records once.</summary>
internal static class ConfigSchema
{
    public static IReadOnlyList<ConfigKey> Keys { get; } = [.. Build()];

    public static IReadOnlyDictionary<string, ConfigKey> ByName { get; } = Keys.ToDictionary(k => k.Name);

    public static IReadOnlyList<string> Groups { get; } = [.. Keys.Select(k => k.Group).Distinct()];

    /// <summary>A configuration from one value per key, absent keys at their defaults.</summary>
    public static HubertConfig Assemble(IReadOnlyDictionary<string, object?> values)
    {
        var config = new HubertConfig();
        foreach (var key in Keys)
        {
            if (values.TryGetValue(key.Name, out var value))
                key.Property.SetValue(key.GroupProperty.GetValue(config), value);
        }
        return config;
    }

    public static object? Get(HubertConfig config, ConfigKey key) => key.Property.GetValue(key.GroupProperty.GetValue(config));

    private static IEnumerable<ConfigKey> Build()
    {
        var defaults = new HubertConfig();
        var nullability = new NullabilityInfoContext();
        foreach (var group in typeof(HubertConfig).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            foreach (var property in group.PropertyType.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                yield return new ConfigKey
                {
                    Group = SnakeCase(group.Name),
                    Name = $"{SnakeCase(group.Name)}.{property.GetCustomAttribute<KeyAttribute>()?.Name ?? SnakeCase(property.Name)}",
                    GroupProperty = group,
                    Property = property,
                    Nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null
                        || nullability.Create(property).WriteState == NullabilityState.Nullable,
                    Default = property.GetValue(group.GetValue(defaults)),
                    DefaultsTo = property.GetCustomAttribute<DefaultsToAttribute>()?.Key,
                    MustBeGiven = property.GetCustomAttribute<MustBeGivenAttribute>() is not null,
                    Choices = property.GetCustomAttribute<ChoicesAttribute>()?.Values,
                    Between = property.GetCustomAttribute<BetweenAttribute>(),
                };
            }
        }
    }

    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}

/// <summary>One key of the schema.</summary>
internal sealed record ConfigKey
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    public required PropertyInfo GroupProperty { get; init; }

    public required PropertyInfo Property { get; init; }

    public required bool Nullable { get; init; }

    public required object? Default { get; init; }

    public required string? DefaultsTo { get; init; }

    public required bool MustBeGiven { get; init; }

    public required IReadOnlyList<string>? Choices { get; init; }

    public required BetweenAttribute? Between { get; init; }

    public Type Type => System.Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;
}
