using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// Defaults, then the file, then the command line, as fairseq and Hydra compose them; <c>${group.key}</c> is resolved last.
/// Every fault is gathered, and all are reported in one message.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 4 MiB.</remarks>
public static class ConfigLoader
{
    /// <summary>Loads a configuration.</summary>
    /// <param name="configNameOrPath">A YAML file or a bundled name; with <paramref name="configDir"/> a name in that folder.</param>
    /// <param name="overrides"><c>key=value</c>, <c>+key=value</c>, <c>++key=value</c>; <c>~key</c> goes back to the default.</param>
    /// <param name="configDir">The user's own folder of configurations (Hydra's <c>--config-dir</c>).</param>
    /// <param name="allowMissing">Leave keys without a value at an empty one and list them in <see cref="ResolvedConfig.Missing"/>.</param>
    /// <exception cref="UserException">All faults of file and overrides, each with its place.</exception>
    public static ResolvedConfig Load(
        string configNameOrPath, IEnumerable<string> overrides, string? configDir = null, bool allowMissing = false)
    {
        ArgumentNullException.ThrowIfNull(configNameOrPath);
        ArgumentNullException.ThrowIfNull(overrides);
        var sources = new ConfigSources();
        sources.AddConfig(configNameOrPath, configDir);
        foreach (var argument in overrides)
            sources.AddOverride(argument);
        return Resolve(sources, allowMissing);
    }

    /// <summary>
    /// Loads the configuration that a run wrote into its folder. It is data, from whoever made the folder: neither a defaults list nor
    /// the environment is followed, and a text that refers to the environment stands as it is written.
    /// </summary>
    /// <param name="path">The run's <c>config.yaml</c>.</param>
    /// <exception cref="UserException">Not there, or all its faults, each with its place.</exception>
    public static ResolvedConfig LoadRun(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var sources = new ConfigSources { IsOfRun = true };
        sources.AddRun(path);
        return Resolve(sources, allowMissing: true);
    }

    private static ResolvedConfig Resolve(ConfigSources sources, bool allowMissing)
    {
        var faults = new List<string>(sources.Faults);
        var interpolation = new Interpolation(sources.Settings, asksEnvironment: !sources.IsOfRun);
        var values = new Dictionary<string, object?>();
        var missing = new List<string>();
        var entries = new List<ConfigEntry>();
        foreach (var key in ConfigSchema.Keys)
        {
            var setting = sources.Settings.GetValueOrDefault(key.Name);
            var where = setting?.Where ?? "default";
            var written = (setting?.Node as YamlScalar)?.Text ?? (key.DefaultsTo is { } other ? $"${{{other}}}" : "");
            var origin = (setting is null || setting.Node is YamlScalar) && written.Contains("${", StringComparison.Ordinal)
                ? $"{where} {written}"
                : where;
            try
            {
                var node = interpolation.Resolve(key.Name);
                if (Interpolation.IsMissing(node))
                {
                    if (Interpolation.IsMissing(setting?.Node ?? Interpolation.DefaultNode(key)))
                        missing.Add(key.Name); // a key that only refers to it is not reported again
                    entries.Add(new ConfigEntry(key.Name, "???", origin));
                    continue;
                }
                values[key.Name] = ConfigValue.Parse(key, node);
                entries.Add(new ConfigEntry(key.Name, ConfigValue.Format(values[key.Name]), origin, values[key.Name])
                {
                    Variables = interpolation.VariablesOf(key.Name),
                });
            }
            catch (FormatException e)
            {
                if (setting is not null) // a default that follows another key: the fault is that key's, and is told there
                    faults.Add(ConfigFaults.WrongValue(where, key.Name, e.Message));
            }
            catch (InterpolationException e)
            {
                if (!faults.Contains(e.Message))
                    faults.Add(e.Message);
            }
        }
        if (missing.Count > 0 && !allowMissing)
            faults.Add(ConfigFaults.Missing(missing));
        var config = ConfigSchema.Assemble(values);
        if (faults.Count == 0)
            faults.AddRange(ConfigRules.Check(config, key => sources.Settings.GetValueOrDefault(key)?.Where ?? "default", missing));
        if (faults.Count > 0)
            throw ConfigFaults.Gathered(faults);
        string[] references = [.. ConfigRules.References(entries, sources)];
        return new ResolvedConfig
        {
            Value = config,
            Entries = entries,
            Notices = [.. ConfigRules.Notices(config, sources.Ignored), .. references],
            NotFollowed = sources.IsOfRun ? references : [],
            Missing = missing,
        };
    }
}
