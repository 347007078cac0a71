using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

/// <summary>
/// Finds the log of a run and what is known about it: a run folder, or a log file with its configuration or labels beside it.
/// </summary>
public static class DoctorInput
{
    /// <summary>Reads a run folder, a log file, or a folder of TensorBoard events.</summary>
    /// <param name="path">Folder or file.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">Nothing to read there.</exception>
    public static DoctorCase Read(string path, DoctorOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new DoctorOptions();
        var (log, folder, series) = LogOf(path, cancellation);
        var context = new DoctorContext { Unit = options.Unit, References = ReferenceRun.With(options.References) };
        if (series.Format == LogFormat.HubertSharp)
            context = OfRun(context, folder, cancellation);
        if (options.LabelsPath is { } labels)
            context = WithLabels(context, labels, DictionaryBeside(labels), cancellation);
        else if (context.Clusters is null && OnlyDictionary(folder) is { } dictionary)
            context = WithDictionary(context, dictionary, cancellation);
        if (options.Clusters is { } clusters)
            context = context with { Clusters = clusters, ClustersFrom = "--clusters" };
        return new DoctorCase(log, series, context.With(series), folder);
    }

    private static (string Log, string Folder, MetricsSeries Series) LogOf(string path, CancellationToken cancellation)
    {
        if (path.Length == 0)
            throw DoctorFaults.Missing("''");
        try
        {
            return Log(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DoctorFaults.Unreadable(path, e);
        }
    }

    private static (string Log, string Folder, MetricsSeries Series) Log(string path, CancellationToken cancellation)
    {
        if (!Directory.Exists(path))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return Path.GetFileName(path).Contains("tfevents", StringComparison.Ordinal) && File.Exists(path)
                ? (path, folder, LogReader.ReadEvents([path]))
                : (path, folder, LogReader.Read(LogFiles.WithOlder(path), Foreign(path, folder), cancellation));
        }
        if (LogFiles.InFolder(path) is { } files)
            return (files[^1], path, LogReader.Read(files, Foreign(files[^1], path), cancellation));
        var events = TensorBoardLog.Find(path) ?? throw DoctorFaults.NoLog(path);
        return (path, path, LogReader.ReadEvents(events, LogFiles.Configuration(path)));
    }

    // our own configuration is read by its schema, not searched for words
    private static string? Foreign(string log, string folder) =>
        Path.GetFileName(log) == RunFolder.MetricsName ? null : LogFiles.Configuration(folder);

    private static DoctorContext OfRun(DoctorContext context, string folder, CancellationToken cancellation)
    {
        string? labels = null;
        var configPath = Path.Combine(folder, RunFolder.ConfigName);
        if (File.Exists(configPath))
        {
            var config = ConfigLoader.LoadRun(configPath).Value;
            if (config.Task.Labels is [var first, ..])
                labels = Path.Combine(config.Task.LabelDir ?? config.Task.Data, $"{config.Dataset.TrainSubset}.{first}");
            context = context with
            {
                MaxUpdate = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate : null,
                WarmupUpdates = config.LrScheduler.RisingUpdates(),
                RateRestarts = config.LrScheduler.Restarts(config.Optimization.MaxUpdate),
            };
        }
        var data = Path.Combine(folder, RunFolder.DataName);
        if (File.Exists(data))
            context = context with { Data = DataSummary.Read(data) };
        var summary = Path.Combine(folder, RunFolder.LabelsName);
        if (File.Exists(summary))
        {
            var set = LabelSummary.Read(summary)[0];
            return context with
            {
                Clusters = set.Clusters,
                ClustersFrom = RunFolder.LabelsName,
                LabelEntropyBits = set.EntropyBits,
                Histogram = set.Histogram,
                LabelFindings = set.Findings ?? [],
            };
        }
        return labels is not null && File.Exists(labels) ? WithLabels(context, labels, DictionaryBeside(labels), cancellation) : context;
    }

    private static DoctorContext WithDictionary(DoctorContext context, string dictionary, CancellationToken cancellation)
    {
        var name = Path.GetFileNameWithoutExtension(dictionary)["dict.".Length..];
        var labels = Path.Combine(Path.GetDirectoryName(dictionary)!, $"train.{name}");
        return File.Exists(labels)
            ? WithLabels(context, labels, dictionary, cancellation)
            : context with { Clusters = LabelDictionary.Read(dictionary).Count - 4, ClustersFrom = Path.GetFileName(dictionary) };
    }

    private static DoctorContext WithLabels(DoctorContext context, string labels, string? dictionary, CancellationToken cancellation)
    {
        var ids = new ClusterIds(dictionary is null ? null : LabelDictionary.Read(dictionary));
        var counts = new List<long>();
        using var lines = LabelFile.Lines(labels, 1 << 20, cancellation);
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
            Histogram = counts,
        };
    }

    private static string? DictionaryBeside(string labels) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(labels))!, $"dict.{Path.GetExtension(labels).TrimStart('.')}.txt") is var path
        && File.Exists(path) ? path : null;

    private static string? OnlyDictionary(string folder) =>
        Directory.EnumerateFiles(folder, "dict.*.txt").Take(2).ToArray() is [var only] ? only : null;
}
