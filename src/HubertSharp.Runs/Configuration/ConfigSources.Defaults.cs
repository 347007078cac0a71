using System.Text.RegularExpressions;
using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>Hydra's <c>defaults:</c> list: other files, bundled configurations, and the choices from config groups.</summary>
internal sealed partial class ConfigSources
{
    private const int MaximumIncludes = 64;
    private const int MaximumDepth = 16;
    private readonly List<string> _open = [];
    private string? _root;
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

    // "- name", "- group: name", "- override group: name", "- optional group: name", "- group: null". A name without a file is the
    // group's _name, as fairseq registers its dataclasses; groups without meaning here (hydra/launcher) are noted.
    private void AddDefault(YamlNode item, string name, string? folder)
    {
        var where = $"{name}:{item.Line}";
        if (item is YamlScalar { IsNull: false } file && (file.Text + "@_here_").Split('@') is [var plain, "_here_" or "_global_", ..])
        {
            Include(plain, where, folder, package: null);
            return;
        }
        if (item is not YamlMap { Entries: [var entry] } || entry.Value is not YamlScalar value)
        {
            Faults.Add(ConfigFaults.DefaultsShape(where, item.Describe()));
            return;
        }
        var group = entry.Key.Split(' ')[^1].TrimStart('/').Split('@')[0];
        var hasFile = !value.IsNull && FileOf(Path.Combine(group, value.Text), folder) is not null;
        if (schema.Ignores(group.Replace('/', '.')))
            Ignored.Add($"{group.Split('/')[0]}.*");
        else if (!schema.HasGroup(group) && !hasFile)
            Faults.Add(ConfigFaults.UnknownKey(where, group, NearestKey.Of(group, schema.Groups.Select(g => g.Name))));
        else if (value.IsNull)
            return;
        else if (hasFile)
            Include(Path.Combine(group, value.Text), where, folder, group);
        else if (schema.ByName.ContainsKey($"{group}._name"))
            Settings[$"{group}._name"] = new Setting(value, where, ++_layer);
        else if (value.Text != "default" && !entry.Key.StartsWith("optional ", StringComparison.Ordinal))
            Faults.Add(ConfigFaults.NoSuchDefault(where, $"{group}/{value.Text}.yaml"));
    }

    // A file that is being read does not mean itself by its name: a user's hubert_base_librispeech.yaml may begin with the bundled one.
    private void Include(string written, string where, string? folder, string? package)
    {
        var name = Path.GetExtension(written) is ".yaml" or ".yml" ? Path.ChangeExtension(written, null) : written;
        if (name.Contains('\0') || name.Split('/', '\\').Contains(".."))
            Faults.Add(ConfigFaults.DefaultOutside(where, written));
        else if (_open.Count > MaximumDepth)
            Faults.Add(ConfigFaults.DefaultsTooMany(where, MaximumDepth, "configurations inside each other"));
        else if (++_includes > MaximumIncludes)
        {
            if (_includes == MaximumIncludes + 1)
                Faults.Add(ConfigFaults.DefaultsTooMany(where, MaximumIncludes, "configurations"));
        }
        else
            IncludeNamed(name, where, folder, package);
    }

    private void IncludeNamed(string name, string where, string? folder, string? package)
    {
        var (path, plain) = (FileOf(name, folder), name.TrimStart('/'));
        var bundled = BundledConfigs.Find(plain);
        if (path is not null && !_open.Contains(path))
            Within(path, () => AddIncluded(path, package));
        else if (bundled is not null && !_open.Contains(Bundled(plain)))
            AddBundled(plain, bundled);
        else if (path is not null || bundled is not null)
            Faults.Add(ConfigFaults.DefaultsCircle(where, _open.SkipWhile(open => open != path && open != Bundled(plain))
                .Append($"{name}.yaml").Select(f => Path.GetFileName(f)!)));
        else
            Faults.Add(ConfigFaults.NoSuchDefault(where, $"{name}.yaml", BundledConfigs.Names));
    }

    // beside the file whose list it is; a name that begins with '/' begins at the folder of the first
    private string? FileOf(string name, string? folder)
    {
        if ((name.StartsWith('/') ? _root : folder) is not { } from || name.Split('/', '\\').Contains(".."))
            return null;
        var path = Path.GetFullPath(Path.Combine(from, name.TrimStart('/')));
        return ((string[])[$"{path}.yaml", $"{path}.yml"]).FirstOrDefault(File.Exists);
    }

    private void AddIncluded(string path, string? package)
    {
        try
        {
            var text = YamlReader.TextOf(path);
            AddFile(YamlReader.ReadText(text, path), path, Path.GetDirectoryName(path)!, IsGlobal().IsMatch(text) ? null : package);
        }
        catch (UserException e)
        {
            Faults.Add(e.Message);
        }
    }

    private void AddBundled(string name, string text) => Within(Bundled(name),
        () => AddFile(YamlReader.ReadText(text, Bundled(name)), Bundled(name), folder: null, package: null));

    private static string Bundled(string name) => $"bundled {name}.yaml";

    private void Within(string file, Action read)
    {
        _open.Add(file);
        read();
        _open.RemoveAt(_open.Count - 1);
    }

    // the comment at the head of a group's file whose keys are those of the whole configuration, as fairseq's run/*.yaml have it
    [GeneratedRegex(@"\A(\s*(#[^\n]*)?\n)*?\s*#\s*@package\s+_global_\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex IsGlobal();
}
