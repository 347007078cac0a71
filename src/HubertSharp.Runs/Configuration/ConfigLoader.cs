using HubertSharp.Runs.Configuration.Tokenizers;
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
    public static ResolvedConfig<HubertConfig> Load(
        string configNameOrPath, IEnumerable<string> overrides, string? configDir = null, bool allowMissing = false) =>
        Load<HubertConfig>(configNameOrPath, overrides, configDir, allowMissing);

    /// <summary>Loads the configuration of any root record; the rest is as for a pre-training.</summary>
    /// <typeparam name="TRoot">The root record.</typeparam>
    /// <exception cref="UserException">All faults of file and overrides, each with its place.</exception>
    public static ResolvedConfig<TRoot> Load<TRoot>(
        string configNameOrPath, IEnumerable<string> overrides, string? configDir = null, bool allowMissing = false)
        where TRoot : TrainingConfig, new()
    {
        ArgumentNullException.ThrowIfNull(configNameOrPath);
        ArgumentNullException.ThrowIfNull(overrides);
        var sources = new ConfigSources(ConfigSchema.Of<TRoot>());
        sources.AddConfig(configNameOrPath, configDir);
        sources.AddOverrides(overrides);
        if (OtherTrainings.Fault(sources) is { } fault)
            throw fault;
        return Resolve<TRoot>(sources, allowMissing);
    }

    /// <summary>
    /// Loads the configuration that a run wrote into its folder. It is data, from whoever made the folder: neither a defaults list nor
    /// the environment is followed, and a text that refers to the environment stands as it is written.
    /// </summary>
    /// <param name="path">The run's <c>config.yaml</c>.</param>
    /// <exception cref="UserException">Not there, or all its faults, each with its place.</exception>
    public static ResolvedConfig<HubertConfig> LoadRun(string path) => LoadRun<HubertConfig>(path);

    /// <summary>The same for a run of any root record.</summary>
    /// <typeparam name="TRoot">The root record.</typeparam>
    /// <exception cref="UserException">Not there, or all its faults, each with its place.</exception>
    public static ResolvedConfig<TRoot> LoadRun<TRoot>(string path) where TRoot : TrainingConfig, new()
    {
        ArgumentNullException.ThrowIfNull(path);
        var sources = new ConfigSources(ConfigSchema.Of<TRoot>()) { IsOfRun = true };
        sources.AddRun(path);
        return Resolve<TRoot>(sources, allowMissing: true);
    }

    /// <summary>
    /// Loads a configuration of the training that it names: a fine-tuning's where its criterion is CTC, a tokenizer's where its model is
    /// one.
    /// </summary>
    /// <exception cref="UserException">All faults of file and overrides, each with its place.</exception>
    public static ResolvedConfig LoadAny(
        string configNameOrPath, IEnumerable<string> overrides, string? configDir = null, bool allowMissing = false)
    {
        string[] given = [.. overrides];
        if (IsTokenizer(configNameOrPath, given, configDir))
            return Load<TokenizerTrainingConfig>(configNameOrPath, given, configDir, allowMissing);
        return IsFinetuning(configNameOrPath, given, configDir)
            ? Load<FinetuningConfig>(configNameOrPath, given, configDir, allowMissing)
            : Load<HubertConfig>(configNameOrPath, given, configDir, allowMissing);
    }

    /// <summary>The configuration that a run of any training wrote into its folder.</summary>
    /// <exception cref="UserException">Not there, or all its faults, each with its place.</exception>
    public static ResolvedConfig LoadAnyRun(string path)
    {
        var sources = new ConfigSources(ConfigSchema.Of<FinetuningConfig>()) { IsOfRun = true };
        sources.AddRun(path);
        if (OtherTrainings.Probe(sources) is { } probe)
            throw probe;
        if (OtherTrainings.IsTokenizer(sources))
            return LoadRun<TokenizerTrainingConfig>(path);
        return OtherTrainings.IsFinetuning(sources) ? LoadRun<FinetuningConfig>(path) : LoadRun<HubertConfig>(path);
    }

    /// <summary>Whether a configuration names CTC.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    internal static bool IsFinetuning(string configNameOrPath, IEnumerable<string> overrides, string? configDir) =>
        OtherTrainings.IsFinetuning(Sources(configNameOrPath, overrides, configDir));

    /// <summary>Whether a configuration names a tokenizer.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    internal static bool IsTokenizer(string configNameOrPath, IEnumerable<string> overrides, string? configDir) =>
        OtherTrainings.IsTokenizer(Sources(configNameOrPath, overrides, configDir));

    private static ConfigSources Sources(string configNameOrPath, IEnumerable<string> overrides, string? configDir)
    {
        var sources = new ConfigSources(ConfigSchema.Of<FinetuningConfig>());
        sources.AddConfig(configNameOrPath, configDir);
        sources.AddOverrides(overrides);
        return sources;
    }

    private static ResolvedConfig<TRoot> Resolve<TRoot>(ConfigSources sources, bool allowMissing) where TRoot : TrainingConfig, new()
    {
        var schema = ConfigSchema.Of<TRoot>();
        var records = sources.Choose();
        var keys = records.SelectMany(r => r.Choice.Keys).ToDictionary(k => k.Name);
        var faults = new List<string>(sources.Faults);
        var interpolation = new Interpolation(sources.Settings, keys, asksEnvironment: !sources.IsOfRun);
        var values = new Dictionary<string, object?>();
        var missing = new List<string>();
        var entries = new List<ConfigEntry>();
        foreach (var key in records.SelectMany(r => r.Choice.Keys))
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
        var config = (TRoot)schema.Assemble(records, values);
        if (faults.Count == 0)
            faults.AddRange(config.Broken(new RuleCheck(key => sources.WhereOf(keys[key]), missing)));
        if (faults.Count > 0)
            throw ConfigFaults.Gathered(faults);
        string[] references = [.. ConfigRules.References(entries, sources)];
        return new ResolvedConfig<TRoot>
        {
            Value = config,
            Entries = entries,
            Notices = [.. ConfigRules.Notices(config, sources), .. references],
            NotFollowed = sources.IsOfRun ? references : [],
            Missing = missing,
        };
    }
}
