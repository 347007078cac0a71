using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Evaluation.Worth;

/// <summary>
/// The curve of worth: every kept checkpoint of a run is clustered and scored as <see cref="LayerQuality"/> does, beside acoustic
/// features, and put next to the loss, the audio and the time that it took.
/// </summary>
public static class CheckpointEvaluation
{
    /// <param name="options">The run, and what is measured.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two steps; nothing stays behind.</param>
    /// <returns>What was written to the run folder's <c>worth.json</c>.</returns>
    /// <exception cref="UserException">No checkpoints, bad input, or a full disk.</exception>
    public static RunWorth Run(CheckpointEvaluationOptions options, Func<string, IProgress<StageProgress>>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var run = RunFolder.Open(options.RunFolder);
        var checkpoints = Checkpoints(run, options.Every);
        var efforts = TrainingEffort.Read(run.MetricsPath);
        var quality = options.Quality with { Models = [.. checkpoints.Select(c => new ModelSpec(c.Path, options.Layers))] };
        var updates = checkpoints.ToDictionary(c => c.Path, c => c.Update, StringComparer.Ordinal);
        var rows = LayerQuality.Run(quality, progress, cancellation)
            .Select(row => Row(row, UpdateOf(row.Features!, updates), efforts));
        var worth = new RunWorth(Path.GetFileNameWithoutExtension(quality.ManifestPath),
            Path.GetFileNameWithoutExtension(quality.ChooseManifestPath), quality.KMeans.Clusters, [.. rows]);
        worth.Write(run.WorthPath);
        return worth;
    }

    private static List<(long Update, string Path)> Checkpoints(RunFolder run, int every)
    {
        var all = CheckpointFiles.Whole(run.CheckpointsPath);
        var chosen = all.Where(c => c.Update > 0 && (c.Update % every == 0 || c.Update == all[^1].Update)).ToList();
        return chosen.Count > 0 ? chosen : throw EvaluationFaults.NoCheckpoints(run.CheckpointsPath);
    }

    /// <summary>0 without training; null for acoustic features.</summary>
    private static long? UpdateOf(FeatureSet features, Dictionary<string, long> updates) => features.Kind switch
    {
        "trained" => updates[features.Model!],
        "random" => 0,
        _ => null,
    };

    private static WorthRow Row(QualityRow row, long? update, IReadOnlyList<TrainingEffort> efforts)
    {
        var effort = update is null ? null : efforts.LastOrDefault(e => e.Update <= update) ?? new TrainingEffort(0, null, 0, 0);
        return new WorthRow(row.Features!.Layer is { } layer ? $"layer {layer}" : row.Labels, update, row.Features.Layer, row.Language,
            row.LabelRate)
        {
            Pnmi = row.Estimates.Pnmi,
            AbxWithin = row.AbxWithin,
            AbxAcross = row.AbxAcross,
            IsChosen = row.IsChosen,
            LossBits = effort?.LossBits,
            AudioHours = effort?.AudioHours,
            Minutes = effort?.Minutes,
            Differences = [.. row.Differences.Select(d => new WorthDifference(d.Figure, d.Than, d.Paired))],
        };
    }
}
