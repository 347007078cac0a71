using System.Globalization;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
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
        var all = ReadAll(path, options, null, cancellation);
        if (all.Count > 1)
            throw DoctorFaults.SeveralRuns(path, [.. all.Select(c => c.Log)]);
        return all[0] is { Series.IsNotesOnly: true, Context.Skipped: null } ? throw DoctorFaults.NoMetrics(all[0].Log) : all[0];
    }

    /// <summary>Reads what is there: a run, or each of the runs of a table or a folder, under its name.</summary>
    /// <param name="path">Folder or file.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="notice">Told of a run that cannot be read beside others that can.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">Nothing to read there.</exception>
    public static IReadOnlyList<DoctorCase> ReadAll(
        string path, DoctorOptions? options = null, Action<string>? notice = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new DoctorOptions();
        return [.. LogsOf(path, notice, cancellation).Select(run => Case(run.Log, run.Folder, run.Series, options, cancellation))];
    }

    private static DoctorCase Case(
        string log, string folder, MetricsSeries series, DoctorOptions options, CancellationToken cancellation)
    {
        var context = new DoctorContext { Unit = options.Unit, References = ReferenceRun.With(options.References) };
        if (series.Format == LogFormat.HubertSharp)
            context = OfRun(context, folder, cancellation) with { Skipped = SkippedUpdates.Of(folder, cancellation) };
        // a run's own record is no guess that a user could know better
        var known = series.Format == LogFormat.HubertSharp && context.Clusters is not null ? context : null;
        if (options.LabelsPath is { } labels)
        {
            var given = WithLabels(context, labels, DictionaryBeside(labels), cancellation);
            if (known is not null && !HaveSameLabels(known, given))
                throw DoctorFaults.OtherLabels(labels, log, known.ClustersFrom ?? log, Described(known), Described(given));
            context = known ?? given;
        }
        else if (context.Clusters is null && OnlyDictionary(folder) is { } dictionary)
            context = WithDictionary(context, dictionary, cancellation);
        if (options.Clusters is { } clusters && known?.Clusters is { } recorded && recorded != clusters)
            throw DoctorFaults.OtherClusters(log, known.ClustersFrom ?? log, recorded, clusters);
        if (options.Clusters is { } said && known is null)
            context = context with { Clusters = said, ClustersFrom = "--clusters" };
        return new DoctorCase(log, series, context.With(series), folder);
    }

    private static IReadOnlyList<(string Log, string Folder, MetricsSeries Series)> LogsOf(
        string path, Action<string>? notice, CancellationToken cancellation)
    {
        if (path.Length == 0)
            throw DoctorFaults.Missing("''");
        try
        {
            return Directory.Exists(path) ? InFolder(path, notice, cancellation) : InFile(path, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DoctorFaults.Unreadable(path, e);
        }
    }

    private static IReadOnlyList<(string Log, string Folder, MetricsSeries Series)> InFile(string path, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Path.GetFileName(path).Contains("tfevents", StringComparison.Ordinal) && File.Exists(path)
            ? [(path, folder, LogReader.ReadEvents([path]))]
            : Named(LogFiles.WithOlder(path), folder, cancellation);
    }

    private static IReadOnlyList<(string Log, string Folder, MetricsSeries Series)> Named(
        IReadOnlyList<string> files, string folder, CancellationToken cancellation)
    {
        var runs = LogReader.ReadRuns(files, Foreign(files[^1], folder), cancellation);
        return [.. runs.Select(r => (runs.Count == 1 ? files[^1] : $"{files[^1]} [{PrintableText.Of(r.Run)}]", folder, r.Series))];
    }

    private static List<(string Log, string Folder, MetricsSeries Series)> InFolder(
        string path, Action<string>? notice, CancellationToken cancellation)
    {
        var places = LogFiles.Runs(path);
        if (places.Count == 0)
            throw DoctorFaults.NoLog(path);
        var found = new List<(string Log, string Folder, MetricsSeries Series)>();
        UserException? fault = null;
        foreach (var (folder, files, areEvents) in places)
        {
            try
            {
                if (areEvents)
                    found.Add((folder, folder, LogReader.ReadEvents(files, LogFiles.Configuration(folder))));
                else
                    found.AddRange(Named(files, folder, cancellation));
            }
            catch (UserException e) when (places.Count > 1)
            {
                fault = e;
                notice?.Invoke($"left out: {e.Message}");
            }
        }
        return found.Count > 0 ? found : throw fault!;
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
            var loaded = ConfigLoader.LoadAnyRun(configPath);
            if (loaded.Shared is TokenizerTrainingConfig tokenizer)
                return OfTokenizer(context, tokenizer);
            if (loaded.Shared is not HubertConfig config)
                return OfFinetuning(context, folder, (FinetuningConfig)loaded.Shared);
            if (config.Task.Labels is [var first, ..])
                labels = Path.Combine(config.Task.LabelDir ?? config.Task.Data, $"{config.Dataset.TrainSubset}.{first}");
            context = context with
            {
                MaxUpdate = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate : null,
                WarmupUpdates = config.LrScheduler.RisingUpdates(),
                RateRestarts = config.LrScheduler.Restarts(config.Optimization.MaxUpdate),
                PredictLayers = config.Model.PredictLayers ?? [],
                HasOtherModel = config.Model.Frontend != Frontends.Waveform || config.Model.PredictionHead != PredictionHeads.Cosine,
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

    private static DoctorContext OfFinetuning(DoctorContext context, string folder, FinetuningConfig config)
    {
        var (data, transcripts) = (Path.Combine(folder, RunFolder.DataName), Path.Combine(folder, RunFolder.TranscriptsName));
        return context with
        {
            Objective = TrainingObjective.Ctc,
            MaxUpdate = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate : null,
            WarmupUpdates = config.LrScheduler.RisingUpdates(),
            WarmupKey = config.LrScheduler.RisingKey,
            RateRestarts = config.LrScheduler.Restarts(config.Optimization.MaxUpdate),
            FrozenUpdates = config.Model.FreezeFinetuneUpdates,
            Data = File.Exists(data) ? DataSummary.Read(data) : null,
            Transcripts = File.Exists(transcripts) ? TranscriptSummary.Read(transcripts) : null,
        };
    }

    private static DoctorContext OfTokenizer(DoctorContext context, TokenizerTrainingConfig config)
    {
        return context with // of a recording a crop is heard, on purpose
        {
            Objective = TrainingObjective.Other,
            MaxUpdate = config.Optimization.MaxUpdate > 0 ? config.Optimization.MaxUpdate : null,
            WarmupUpdates = config.LrScheduler.RisingUpdates(),
            WarmupKey = config.LrScheduler.RisingKey,
            RateRestarts = config.Optimization.MaxUpdate > 0 && config.LrScheduler.Restarts(config.Optimization.MaxUpdate),
            IsTokenizer = true,
            CodebookSize = config.Model.CodebookSize,
            HasTeacher = config.Criterion.DistillLossLambda > 0 && (config.Task.HasTeacher() || config.Task.FeatureDir is not null),
            DistillsAlongTime = config.Criterion.DistillType == TokenizerCriterionConfig.AlongTime
                && config.Criterion.DistillLossLambda > 0,
            IgnoresTeacherRate = config.Task.IsReleased(),
        };
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
        using var lines = LabelFile.Lines(labels, 1 << 20, cancellation: cancellation);
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

    // labels without their dictionary number the clusters in another order
    private static bool HaveSameLabels(DoctorContext known, DoctorContext given) => known.Histogram.Count > 0
        ? known.Histogram.Where(n => n > 0).Order().SequenceEqual(given.Histogram.Where(n => n > 0).Order())
        : known.Clusters == given.Clusters;

    private static string Described(DoctorContext context) => string.Create(CultureInfo.InvariantCulture,
        $"{context.Clusters} clusters, {context.Histogram.Sum()} labels with an entropy of {context.LabelEntropyBits:0.000} bits");

    private static string? DictionaryBeside(string labels) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(labels))!, $"dict.{Path.GetExtension(labels).TrimStart('.')}.txt") is var path
        && File.Exists(path) ? path : null;

    private static string? OnlyDictionary(string folder) =>
        Directory.EnumerateFiles(folder, "dict.*.txt").Take(2).ToArray() is [var only] ? only : null;
}
