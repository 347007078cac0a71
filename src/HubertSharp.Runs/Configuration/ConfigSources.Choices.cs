using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>Which record a group has: its <c>_name</c> says it.</summary>
internal sealed partial class ConfigSources
{
    /// <summary>Values of keys that a record chosen later does not have, in words.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>
    /// The record of every group. A key that it does not have is left out where the record was chosen in a later file or on the command
    /// line, over whoever wrote the key; it is a fault where both were written together or the key came afterwards.
    /// </summary>
    public IReadOnlyList<(ConfigGroup Group, ConfigChoice Choice)> Choose()
    {
        var names = new Interpolation(Settings, schema.ByName, asksEnvironment: !IsOfRun);
        return [.. schema.Groups.Select(group => (group, group.Choices.Count == 1 ? group.Default : Choose(group, names)))];
    }

    private ConfigChoice Choose(ConfigGroup group, Interpolation names)
    {
        if (Named(group, names) is not { } choice)
            return group.Default; // what is wrong with the name is told where it is read
        var chosen = $"{group.NameKey}={choice.Name}";
        var layer = Settings.GetValueOrDefault(group.NameKey)?.Layer ?? 0;
        var leftOut = new List<string>();
        foreach (var key in schema.ByName.Keys.Where(k => schema.ByName[k].Group == group.Name && choice.Keys.All(c => c.Name != k)))
        {
            if (!Settings.Remove(key, out var setting))
                continue;
            if (setting.Layer < layer)
                leftOut.Add($"{key} ({setting.Where})");
            else
                Faults.Add(ConfigFaults.OtherRecord(setting.Where, key,
                    string.Join(" or ", group.Choices.Where(c => c.Keys.Any(k => k.Name == key)).Select(c => c.Name)), chosen));
        }
        if (leftOut.Count > 0)
            LeftOut.Add(ConfigFaults.LeftOut(chosen, leftOut));
        return choice;
    }

    private static ConfigChoice? Named(ConfigGroup group, Interpolation names)
    {
        try
        {
            var node = names.Resolve(group.NameKey);
            return node is YamlScalar { Text: var name } ? group.Choices.FirstOrDefault(c => c.Name == name) : null;
        }
        catch (InterpolationException)
        {
            return null;
        }
    }
}
