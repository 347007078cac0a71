using System.Reflection;

namespace HubertSharp.Runs.Configuration;

/// <summary>A group of a root record: <c>optimizer</c>, <c>model</c>.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Property">Where the root has it.</param>
/// <param name="Choices">Its records; more than one where <c>_name</c> chooses.</param>
/// <param name="Default">The one of a root that says nothing.</param>
internal sealed record ConfigGroup(string Name, PropertyInfo Property, IReadOnlyList<ConfigChoice> Choices, ConfigChoice Default)
{
    public string NameKey => $"{Name}._name";

    /// <summary>A group off its property.</summary>
    /// <param name="property">Of the root.</param>
    /// <param name="value">What a root has there that says nothing.</param>
    public static ConfigGroup Of(PropertyInfo property, object value)
    {
        var group = ConfigSchema.SnakeCase(property.Name);
        var records = property.PropertyType.GetCustomAttributes<RecordAttribute>().ToArray();
        if (records.Length == 0)
        {
            var only = new ConfigChoice("", value.GetType(), [.. ConfigKey.Of(group, value)]);
            return new ConfigGroup(group, property, [only], only);
        }
        var name = ConfigKey.Choosing($"{group}._name", [.. records.Select(r => r.Name)],
            records.Single(r => r.Type == value.GetType()).Name);
        ConfigChoice[] choices =
        [
            .. records.Select(r => new ConfigChoice(r.Name, r.Type,
                [name, .. ConfigKey.Of(group, r.Type == value.GetType() ? value : Activator.CreateInstance(r.Type)!)])),
        ];
        return new ConfigGroup(group, property, choices, choices.Single(c => c.Type == value.GetType()));
    }
}

/// <summary>One record that a group may have.</summary>
/// <param name="Name">The value of <c>_name</c> that chooses it; empty where it is the only one.</param>
/// <param name="Type">The record.</param>
/// <param name="Keys">Its keys, in the order in which they are written.</param>
internal sealed record ConfigChoice(string Name, Type Type, IReadOnlyList<ConfigKey> Keys);
