using HubertSharp.Runs.Yaml;

namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>
/// The released <c>spt_base_cfg.json</c>, whose keys stand in one flat list: each is put into the group that it belongs to here.
/// </summary>
internal static class ReleasedTokenizerKeys
{
    private static readonly string[] s_marks = ["n_q", "strides"];

    private static readonly Dictionary<string, string[]> s_places = new(StringComparer.Ordinal)
    {
        ["semantic_model_path"] = ["task.teacher"],
        ["semantic_model_layer"] = ["task.teacher_layer"],
        ["train_files"] = ["task.train_files"],
        ["valid_files"] = ["task.valid_files"],
        ["segment_size"] = ["task.segment_size"],
        ["sample_rate"] = ["task.sample_rate"],
        ["results_folder"] = ["checkpoint.save_dir"],
        ["save_model_steps"] = ["checkpoint.save_interval_updates", "dataset.validate_interval_updates"],
        ["num_ckpt_keep"] = ["checkpoint.keep_interval_updates"],
        ["batch_size"] = ["dataset.batch_size"],
        ["num_workers"] = ["dataset.num_workers"],
        ["epochs"] = ["optimization.max_epoch"],
        ["learning_rate"] = ["optimization.lr"],
        ["betas"] = ["optimizer.adam_betas"],
        ["wd"] = ["optimizer.weight_decay"],
        ["num_warmup_steps"] = ["lr_scheduler.warmup_updates"],
        ["intial_learning_rate"] = ["lr_scheduler.warmup_init_lr"], // spelt so there
        ["seed"] = ["common.seed"],
        ["log_steps"] = ["common.log_interval"],
    };

    private static readonly string[] s_lists = ["optimization.lr"];

    /// <summary>Keys that the released program does not use, or that change nothing that is trained.</summary>
    private static readonly HashSet<string> s_ignored = ["num_freq", "fmax", "adam_b2", "lr_decay", "stdout_steps", "showpiece_num",
        "drop_last", "split_batches"];

    /// <summary>Whether a document is such a list.</summary>
    public static bool Are(YamlMap map) => Array.TrueForAll(s_marks, mark => map.Find(mark) is not null);

    /// <summary>The same in groups; what is not known stays where it is.</summary>
    /// <param name="map">The document.</param>
    /// <param name="schema">Of the tokenizers' root: model and criterion have the released names.</param>
    /// <param name="ignored">Takes what has no effect.</param>
    public static YamlMap Grouped(YamlMap map, ConfigSchema schema, ISet<string> ignored)
    {
        var groups = new Dictionary<string, List<YamlEntry>>(StringComparer.Ordinal);
        var others = new List<YamlEntry>();
        void Put(string key, YamlEntry entry)
        {
            var (group, name) = (key[..key.IndexOf('.')], key[(key.IndexOf('.') + 1)..]);
            var value = s_lists.Contains(key) && entry.Value is YamlScalar ? new YamlList([entry.Value], entry.Line) : entry.Value;
            if (!groups.TryGetValue(group, out var entries))
                groups[group] = entries = [];
            entries.Add(new YamlEntry(name, entry.Line, value));
        }

        Put("model._name", new YamlEntry("_name", map.Line, new YamlScalar(TokenizerTaskConfig.TokenizerName, Quoted: false, map.Line)));
        foreach (var entry in map.Entries)
        {
            if (s_ignored.Contains(entry.Key))
                ignored.Add(entry.Key);
            else if (s_places.TryGetValue(entry.Key, out var places))
                Array.ForEach(places, place => Put(place, entry));
            else if (Array.Find(["model", "criterion"], group => schema.ByName.ContainsKey($"{group}.{entry.Key}")) is { } group)
                Put($"{group}.{entry.Key}", entry);
            else
                others.Add(entry);
        }
        return new YamlMap([.. groups.Select(group => new YamlEntry(group.Key, group.Value[0].Line,
            new YamlMap(group.Value, group.Value[0].Line))), .. others], map.Line);
    }
}
