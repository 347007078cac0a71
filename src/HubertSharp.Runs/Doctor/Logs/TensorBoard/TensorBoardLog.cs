namespace HubertSharp.Runs.Doctor.Logs.TensorBoard;

/// <summary>
/// Reads the event files of a TensorBoard folder: fairseq's (<c>train_inner/</c>, <c>train/</c>, <c>valid/</c>), this program's,
/// Lightning's, ESPnet's and icefall's. Files of one folder follow each other by name, which holds the time of their start.
/// </summary>
/// <remarks>Memory: at most 0 bytes per byte of the file, and 16 MiB.</remarks>
internal sealed class TensorBoardLog(SeriesBuilder builder)
{
    private const int MostFiles = 2_000;
    private const int MostTags = 5_000;
    private readonly Dictionary<string, MetricName> _names = new(StringComparer.Ordinal);
    private bool _fairseq, _nats;

    /// <summary>The event files below a folder, sorted; null where there are none.</summary>
    public static IReadOnlyList<string>? Find(string folder)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var files = Directory.EnumerateFiles(folder, "*tfevents*", options).Take(MostFiles).Order(StringComparer.Ordinal).ToList();
        return files.Count == 0 ? null : files;
    }

    /// <summary>
    /// The event files below a folder by run. The folders of a run's splits (<c>train_inner</c>, <c>valid</c>) and of what it draws into
    /// one chart (<c>loss_train</c>) belong to it; any other folder is a run of its own.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> FindRuns(string folder)
    {
        var files = Find(folder) ?? [];
        var folders = files.Select(f => Path.GetDirectoryName(Path.GetFullPath(f))!).ToHashSet(StringComparer.Ordinal);
        return [.. files.GroupBy(f => RunOf(Path.GetDirectoryName(Path.GetFullPath(f))!, folders))
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (IReadOnlyList<string>)[.. g])];
    }

    private static string RunOf(string folder, HashSet<string> folders)
    {
        var (name, parent) = (Path.GetFileName(folder), Path.GetDirectoryName(folder) ?? folder);
        if (IsSplit(name))
            return parent;
        // fairseq's validation sets have any name; a split beside them shows whose they are
        if (folders.Contains(Path.Combine(parent, "train_inner")))
            return parent;
        var underscore = name.LastIndexOf('_');
        return underscore > 0 && folders.Contains(parent) && IsSplit(name[(underscore + 1)..]) ? parent : folder;
    }

    private static bool IsSplit(string name) =>
        name.ToLowerInvariant() is "train" or "train_inner" or "training" or "valid" or "val" or "dev"
            or "eval" or "test" or "validation" or "evaluation";

    /// <summary>Reads every file.</summary>
    /// <returns>The unit that these tags are logged in: <c>bits</c>, <c>nats</c> or <c>unknown</c>.</returns>
    /// <exception cref="UserException">A file that is no event file from its first record on.</exception>
    public string Read(IReadOnlyList<string> files)
    {
        var folders = files.Select(f => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(f))!)).Distinct().ToList();
        _fairseq = folders.Contains("train_inner");
        foreach (var file in files)
            ReadFile(file, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))!));
        return _nats ? "nats" : _fairseq ? "bits" : "unknown";
    }

    private void ReadFile(string path, string folder)
    {
        using var records = new RecordFile(LogLines.Open(path));
        var scope = folder switch
        {
            "train_inner" => LineKind.Window,
            "train" => _fairseq ? LineKind.Epoch : LineKind.Window,
            "valid" or "val" or "dev" or "eval" => LineKind.Valid,
            _ => (LineKind?)null,
        };
        var open = new Dictionary<(LineKind, string), LogSample>();
        var count = 0;
        while (records.TryNext(out var record))
        {
            count++;
            EventScalars.Read(record, (tag, step, value) => Take(open, scope, folder, tag, step, value));
        }
        foreach (var sample in open.Values)
            Flush(sample);
        if (count == 0 && records.IsDamaged)
            throw DoctorFaults.NoEvents(path);
    }

    // The values of one step stand together; a new step of the same kind closes them.
    private void Take(Dictionary<(LineKind, string), LogSample> open, LineKind? scope, string folder, string tag, long step, double value)
    {
        if (!_names.TryGetValue(tag, out var name))
        {
            if (_names.Count == MostTags)
                return;
            _names[tag] = name = MetricName.Of(tag);
            _fairseq |= tag.StartsWith("train_inner/", StringComparison.Ordinal);
            _nats |= tag.Contains("masked_accuracy", StringComparison.Ordinal)
                || tag.StartsWith("train/current_", StringComparison.Ordinal)
                || tag is "acc_m" or "acc_mask"
                || tag.StartsWith("hubert_", StringComparison.Ordinal);
        }
        // icefall logs the validation as "train/valid_loss", and a smoothed loss beside the current one
        if (name.Measure is null || tag.StartsWith("train/tot_", StringComparison.Ordinal))
            return;
        var kind = name.Kind ?? scope ?? LineKind.Window;
        if (_fairseq && scope == LineKind.Epoch && kind == LineKind.Window)
            kind = LineKind.Epoch;
        var key = (kind, kind == LineKind.Valid ? scope == LineKind.Valid ? folder : "valid" : "train");
        if (open.TryGetValue(key, out var sample) && sample.Update != step)
        {
            Flush(sample);
            sample = null;
        }
        if (sample is null)
            open[key] = sample = new LogSample { Kind = kind, Tag = key.Item2, Update = step };
        sample.Set(name, value);
    }

    private void Flush(LogSample sample)
    {
        if (sample.HasMetrics)
            builder.Add(sample);
    }
}
