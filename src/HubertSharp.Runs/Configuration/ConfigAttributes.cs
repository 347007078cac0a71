namespace HubertSharp.Runs.Configuration;

/// <summary>The YAML key of a property where it is not the property's name in snake_case.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The default is another key's value, as fairseq writes <c>II("task.label_rate")</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DefaultsToAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>The texts that are allowed; anything else that fairseq knows is not built here.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ChoicesAttribute(params string[] values) : Attribute
{
    public string[] Values { get; } = values;
}

/// <summary>The numbers that are allowed, bounds included; a list's every number must lie there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute(double lowest, double highest) : Attribute
{
    public double Lowest { get; } = lowest;

    public double Highest { get; } = highest;
}

/// <summary>A list that may be written as its only entry: fairseq's tasks for one set of transcripts want a text there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneIsEnoughAttribute : Attribute;

/// <summary>fairseq declares the key as MISSING: somebody has to give a value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MustBeGivenAttribute : Attribute;

/// <summary>
/// A record that a group takes when its <c>_name</c> says so, on the record that all of them have in common. The default is the one
/// that the root record is made with.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
internal sealed class RecordAttribute(string name, Type type) : Attribute
{
    public string Name { get; } = name;

    public Type Type { get; } = type;
}

/// <summary>Keys of a root's own group that fairseq knows and that mean nothing here: accepted, and reported once.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class IgnoresAttribute(string group, string keys) : Attribute
{
    public IEnumerable<string> Keys { get; } = keys.Split(' ').Select(key => $"{group}.{key}");
}

/// <summary>What a key's number counts, for the reference page.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UnitAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
