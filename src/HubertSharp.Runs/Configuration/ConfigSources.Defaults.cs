using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>Hydra's <c>defaults:</c> list: other files, and the choices from config groups.</summary>
internal sealed partial class ConfigSources
{
    private const int MaximumIncludes = 64;
    private int _includes;

    private IReadOnlyList<YamlNode> DefaultsItems(YamlEntry? defaults, string name)
    {
        if (defaults is null or { Value: YamlScalar { IsNull: true } })
            return [];
        if (defaults.Value is YamlList list)
            return list.Items;
        Faults.Add(ConfigFaults.DefaultsShape($"{name}:{defaults.Line}", defaults.Value.Describe()));
        return [];
    }

    // "- file", "- group: name", "- override group: name", "- group: null". A name without a file is the group's _name, as fairseq
    // registers its dataclasses; groups without meaning here (hydra/launcher) are noted.
    private void AddDefault(YamlNode item, string name, string? folder)
    {
        var where = $"{name}:{item.Line}";
        if (item is YamlScalar { IsNull: false } file)
        {
            Include(file.Text, where, folder, package: null);
            return;
        }
        if (item is not YamlMap { Entries: [var entry] } || entry.Value is not YamlScalar value)
        {
            Faults.Add(ConfigFaults.DefaultsShape(where, item.Describe()));
            return;
        }
        var group = entry.Key.Split(' ')[^1].TrimStart('/').Split('@')[0];
        if (IgnoredKeys.Contains(group.Replace('/', '.')))
            Ignored.Add($"{group.Split('/')[0]}.*");
        else if (!ConfigSchema.Groups.Contains(group))
            Faults.Add(ConfigFaults.UnknownKey(where, group, NearestKey.Of(group, ConfigSchema.Groups)));
        else if (value.IsNull)
            return;
        else if (folder is not null && File.Exists(Path.Combine(folder, group, $"{value.Text}.yaml")))
            Include(Path.Combine(group, value.Text), where, folder, group);
        else if (ConfigSchema.ByName.ContainsKey($"{group}._name"))
            Settings[$"{group}._name"] = new Setting(value, where);
        else if (value.Text != "default")
            Faults.Add(ConfigFaults.NoSuchDefault(where, $"{group}/{value.Text}.yaml"));
    }

    private void Include(string file, string where, string? folder, string? package)
    {
        var path = folder is null ? null : Path.Combine(folder, $"{file}.yaml");
        if (path is null || !File.Exists(path) || ++_includes > MaximumIncludes)
        {
            Faults.Add(ConfigFaults.NoSuchDefault(where, $"{file}.yaml"));
            return;
        }
        try
        {
            AddFile(YamlReader.ReadFile(path), path, Path.GetDirectoryName(path)!, package);
        }
        catch (UserException e)
        {
            Faults.Add(e.Message);
        }
    }
}
