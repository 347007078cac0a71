using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

/// <summary>Finds the log of a run and what is known about it: our run folder, or a fairseq log with its labels beside it.</summary>
public static class DoctorInput
{
    private static readonly string[] LogNames = ["metrics.jsonl", "log.jsonl", "hydra_train.log", "train.log"];

    /// <summary>Reads a run folder or a log file.</summary>
    /// <param name="path">Folder or file.</param>
    /// <param name="clusters">K where the user says it; it wins over what lies about.</param>
    /// <param name="labelsPath">A training label file where the user names one.</param>
    /// <exception cref="UserException">Nothing to read there.</exception>
    public static (string Log, MetricsSeries Series, DoctorContext Context) Read(string path, int? clusters = null, string? labelsPath = null)
    {
        var log = path;
        if (Directory.Exists(path))
            log = LogNames.Select(n => Path.Combine(path, n)).FirstOrDefault(File.Exists) ?? throw DoctorFaults.NoLog(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(log))!;
        var series = MetricsSeries.Read(log);
        var context = WithConfig(new DoctorContext(), Path.Combine(folder, "config.yaml"), out var labels);
        var summary = Path.Combine(folder, "labels.json");
        if (labelsPath is not null)
            context = WithLabels(context, labelsPath, DictionaryBeside(labelsPath));
        else if (File.Exists(summary) && LabelSummary.Read(summary)[0] is var set)
            context = context with { Clusters = set.Clusters, ClustersFrom = "labels.json", LabelEntropyBits = set.EntropyBits };
        else if (labels is not null && File.Exists(labels))
            context = WithLabels(context, labels, DictionaryBeside(labels));
        else if (OnlyDictionary(folder) is { } dictionary)
            context = WithDictionary(context, dictionary);
        return (log, series, clusters is null ? context : context with { Clusters = clusters, ClustersFrom = "--clusters" });
    }

    private static DoctorContext WithConfig(DoctorContext context, string path, out string? labels)
    {
        labels = null;
        if (!File.Exists(path))
            return context;
        var config = ConfigLoader.Load(path, [], allowMissing: true).Value;
        if (config.Task.Labels is [var first, ..])
            labels = Path.Combine(config.Task.LabelDir ?? config.Task.Data, $"{config.Dataset.TrainSubset}.{first}");
        return context with
        {
            MaxUpdate = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate : null,
            WarmupUpdates = config.LrScheduler.WarmupUpdates,
        };
    }

    private static DoctorContext WithDictionary(DoctorContext context, string dictionary)
    {
        var name = Path.GetFileNameWithoutExtension(dictionary)["dict.".Length..];
        var labels = Path.Combine(Path.GetDirectoryName(dictionary)!, $"train.{name}");
        return File.Exists(labels)
            ? WithLabels(context, labels, dictionary)
            : context with { Clusters = LabelDictionary.Read(dictionary).Count - 4, ClustersFrom = Path.GetFileName(dictionary) };
    }

    private static DoctorContext WithLabels(DoctorContext context, string labels, string? dictionary)
    {
        var ids = new ClusterIds(dictionary is null ? null : LabelDictionary.Read(dictionary));
        var counts = new List<long>();
        using var lines = LabelFile.Lines(labels, 1 << 20);
        while (lines.MoveNext())
        {
            var tokens = new LabelTokens(lines.Current);
            while (tokens.MoveNext())
            {
                var cluster = ids.Of(tokens.Current);
                while (counts.Count <= cluster)
                    counts.Add(0);
                if (cluster >= 0)
                    counts[cluster]++;
            }
        }
        return context with
        {
            Clusters = ids.Count,
            ClustersFrom = Path.GetFileName(dictionary ?? labels),
            LabelEntropyBits = counts.Count > 0 ? Histograms.EntropyBits(counts) : null,
        };
    }

    private static string? DictionaryBeside(string labels) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(labels))!, $"dict.{Path.GetExtension(labels).TrimStart('.')}.txt") is var path && File.Exists(path) ? path : null;

    private static string? OnlyDictionary(string folder) => Directory.GetFiles(folder, "dict.*.txt") is [var only] ? only : null;
}
