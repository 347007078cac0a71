using System.Text.RegularExpressions;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>A value as somebody wrote it, and where.</summary>
/// <param name="Node">The value.</param>
/// <param name="Where">FILE:LINE or the command line.</param>
/// <param name="Layer">Number of the file, choice or command line, later ones over earlier ones.</param>
internal sealed record Setting(YamlNode Node, string Where, int Layer);

/// <summary>Collects files and overrides, later ones over earlier ones, and the faults of their keys.</summary>
internal sealed partial class ConfigSources(ConfigSchema schema)
{
    private int _layer;

    /// <summary>The last value of each key, ignored keys included because interpolations may name them.</summary>
    public Dictionary<string, Setting> Settings { get; } = [];

    public List<string> Faults { get; } = [];

    /// <summary>Given keys without meaning here, whole groups as <c>hydra.*</c>.</summary>
    public SortedSet<string> Ignored { get; } = new(StringComparer.Ordinal);

    /// <summary>The keys that there are.</summary>
    public ConfigSchema Schema => schema;

    /// <summary>A run's configuration is data: it includes nothing and asks the environment for nothing.</summary>
    public bool IsOfRun { get; init; }

    /// <summary>Where a run's configuration has a defaults list, which is not followed.</summary>
    public string? DefaultsOfRun { get; private set; }

    /// <summary>The configuration that a run wrote, from exactly this file.</summary>
    /// <exception cref="UserException">No such file, or not YAML.</exception>
    public void AddRun(string path) => AddFile(YamlReader.ReadFile(path), path, folder: null, package: null);

    /// <summary>The place of a key's value, or of the value that it follows.</summary>
    public string WhereOf(ConfigKey key) =>
        (Settings.GetValueOrDefault(key.Name) ?? (key.DefaultsTo is { } other ? Settings.GetValueOrDefault(other) : null))?.Where
        ?? "default";

    /// <summary>Finds the configuration: in the folder where one is given, else as a path, else among the bundled ones.</summary>
    /// <exception cref="UserException">No such configuration, or not YAML.</exception>
    public void AddConfig(string nameOrPath, string? configDir)
    {
        var place = configDir is null ? nameOrPath : Path.Combine(configDir, nameOrPath);
        string[] candidates = [place, $"{place}.yaml", $"{place}.yml"];
        if (candidates.FirstOrDefault(File.Exists) is { } path)
        {
            _root = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Within(Path.GetFullPath(path), () => AddFile(YamlReader.ReadFile(path), path, _root, package: null));
            if (Settings.Count == 0 && Faults.Count == 0)
                throw ConfigFaults.Empty(path); // not one key: all defaults, a model of 95 million parameters, is not what it asks for
        }
        else if (configDir is not null)
            throw ConfigFaults.NoSuchConfigIn(configDir, nameOrPath);
        else if (BundledConfigs.Find(nameOrPath) is { } text)
            AddBundled(nameOrPath, text);
        else
            throw BundledConfigs.IsRecipe(nameOrPath)
                ? ConfigFaults.IsRecipe(nameOrPath, BundledConfigs.Names)
                : ConfigFaults.NoSuchConfig(nameOrPath, NearestKey.Of(Path.GetFileNameWithoutExtension(nameOrPath), BundledConfigs.Names),
                    BundledConfigs.Names);
    }

    /// <summary>The arguments of the command line.</summary>
    public void AddOverrides(IEnumerable<string> arguments)
    {
        _layer++;
        foreach (var argument in arguments)
            AddOverride(argument);
    }

    private void AddOverride(string argument)
    {
        if (argument.StartsWith('~'))
        {
            var removed = argument[1..].Split('=')[0];
            if (Known(removed, "command line"))
                Settings.Remove(removed);
            return;
        }
        var match = OverrideForm().Match(argument);
        if (!match.Success)
        {
            Faults.Add(ConfigFaults.NotAnOverride(argument.Length <= 80 ? argument : $"{argument[..80]}..."));
            return;
        }
        var key = match.Groups["key"].Value.Replace('/', '.');
        var text = match.Groups["value"].Value.Trim();
        if (schema.ByName.ContainsKey($"{key}._name"))
            key += "._name"; // Hydra's choice from a config group: optimizer=adam
        if (Known(key, "command line"))
            Settings[key] = new Setting(OverrideValue(key, text), "command line", _layer);
    }

    private YamlNode OverrideValue(string key, string text)
    {
        var type = schema.ByName.GetValueOrDefault(key)?.Type;
        var quoted = ConfigValue.Unquote(text).Length != text.Length;
        if (text.StartsWith('[') && type is not null && type != typeof(string) && type != typeof(IReadOnlyList<ConvLayerSpec>))
        {
            try
            {
                return YamlReader.ReadText(text, "command line");
            }
            catch (UserException)
            {
                return new YamlScalar(text, Quoted: true, 1); // the type check names key, expected and found
            }
        }
        return new YamlScalar(ConfigValue.Unquote(text), quoted, 1);
    }

    private void AddFile(YamlNode document, string name, string? folder, string? package)
    {
        if (document is YamlScalar { IsNull: true })
            return;
        if (document is not YamlMap map)
        {
            Faults.Add(ConfigFaults.NotAMapping($"{name}:{document.Line}", "a configuration", document.Describe()));
            return;
        }
        if (package is null && ReleasedTokenizerKeys.Are(map))
            map = ReleasedTokenizerKeys.Grouped(map, ConfigSchema.Of<TokenizerTrainingConfig>(), Ignored);
        var defaults = package is null ? map.Entries.FirstOrDefault(e => e.Key == "defaults") : null;
        var own = new YamlMap([.. map.Entries.Where(e => e != defaults)], map.Line);
        var ownIsDone = false;
        if (IsOfRun && defaults is not null)
            (DefaultsOfRun, defaults) = ($"{name}:{defaults.Line}", null);
        foreach (var item in DefaultsItems(defaults, name))
        {
            if (item is YamlScalar { Text: "_self_" })
            {
                AddOwn(own, name, package);
                ownIsDone = true;
            }
            else
            {
                AddDefault(item, name, folder);
            }
        }
        if (!ownIsDone)
            AddOwn(own, name, package);
    }

    private void AddOwn(YamlMap map, string name, string? package)
    {
        _layer++;
        if (package is not null)
            AddGroup(package, map, name);
        else
        {
            foreach (var entry in map.Entries)
                AddTop(entry, name);
        }
    }

    private void AddTop(YamlEntry entry, string name)
    {
        var where = $"{name}:{entry.Line}";
        if (schema.HasGroup(entry.Key))
        {
            if (entry.Value is YamlMap group)
                AddGroup(entry.Key, group, name);
            else if (entry.Value is YamlScalar { IsNull: false } choice && schema.ByName.ContainsKey($"{entry.Key}._name"))
                Settings[$"{entry.Key}._name"] = new Setting(choice, where, _layer);
            else if (entry.Value is not YamlScalar { IsNull: true })
                Faults.Add(ConfigFaults.NotAMapping(where, entry.Key, entry.Value.Describe()));
        }
        else if (Known(entry.Key, where))
        {
            AddIgnored(entry.Key, entry.Value, name);
        }
    }

    private void AddGroup(string group, YamlMap map, string name)
    {
        foreach (var entry in map.Entries)
        {
            var key = $"{group}.{entry.Key}";
            if (Known(key, $"{name}:{entry.Line}"))
                Settings[key] = new Setting(entry.Value, $"{name}:{entry.Line}", _layer);
        }
    }

    private void AddIgnored(string key, YamlNode value, string name)
    {
        Settings[key] = new Setting(value, $"{name}:{value.Line}", _layer);
        if (value is YamlMap map)
        {
            foreach (var entry in map.Entries)
                AddIgnored($"{key}.{entry.Key}", entry.Value, name);
        }
    }

    // Notes an ignored key, reports an unknown one.
    private bool Known(string key, string where)
    {
        if (schema.ByName.ContainsKey(key))
            return true;
        if (schema.Ignores(key))
        {
            var group = key.Split('.')[0];
            Ignored.Add(schema.Ignores(group) && group != "_name" ? $"{group}.*" : key);
            return true;
        }
        var shown = key.Length <= 80 ? key : $"{key[..80]}...";
        var nearest = Faults.Count < UserException.FaultsShown ? NearestKey.Of(key, schema.Candidates(key)) : null;
        Faults.Add(ConfigFaults.UnknownKey(where, shown, nearest));
        return false;
    }

    [GeneratedRegex(@"\A(\+\+|\+)?(?<key>[A-Za-z_][\w./@-]*)\s*=(?<value>.*)\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex OverrideForm();
}
