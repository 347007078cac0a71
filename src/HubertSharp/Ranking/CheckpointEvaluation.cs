using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Ranking;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Ranking;

/// <summary>
/// The curve of worth: every kept checkpoint of a run is clustered and scored as <see cref="Evaluation.Quality.LayerQuality"/> does, beside
/// acoustic features, probed and fine-tuned where that is asked for, and put next to the loss, the audio and the time that it took. What
/// was measured before is taken as it is.
/// </summary>
public static class CheckpointEvaluation
{
    /// <param name="options">The run, and what is measured.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two steps; what was measured is kept for the next time.</param>
    /// <returns>What was written to the run folder (<see cref="RunFolder.WorthName"/>).</returns>
    /// <exception cref="UserException">No checkpoints, bad input, or a full disk.</exception>
    public static RunWorth Run(CheckpointEvaluationOptions options, Func<string, IProgress<StageProgress>>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var run = RunFolder.Open(options.RunFolder);
        var checkpoints = Checkpoints(run, options.Every);
        var efforts = TrainingEffort.Read(run.MetricsPath);
        var kept = new KeptResults(run.WorthFolderPath);
        var finetunings = Finetunings(run, options, checkpoints, kept, progress, cancellation);
        var rows = options.Quality is { } quality
            ? new CheckpointLayers(options, quality, kept, progress, cancellation).Of(checkpoints)
            : [];
        var worth = new RunWorth(NameOf(options.Quality?.ManifestPath) ?? "", NameOf(options.Quality?.ChooseManifestPath),
            options.Quality?.KMeans.Clusters ?? 0, [.. rows.Select(row => With(row, efforts))])
        {
            Finetunings = [.. finetunings().Select(t => With(t, efforts))],
        };
        if (options.Replicas.Writes)
            worth.Write(run.WorthPath);
        return worth;
    }

    // what cannot be trained or scored is told before anything long starts
    private static Func<IReadOnlyList<WorthFinetuning>> Finetunings(
        RunFolder run, CheckpointEvaluationOptions all, List<(long Update, string Path)> checkpoints, KeptResults kept,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        if (all.Finetuning is not { } options)
            return () => [];
        if (File.Exists(run.ConfigPath) && ConfigLoader.LoadAnyRun(run.ConfigPath).Shared is FinetuningConfig config)
        {
            var finetuned = new FinetunedCheckpoints(config, options, kept, progress, cancellation);
            finetuned.Check();
            return () => finetuned.Of(checkpoints);
        }
        var tuning = new CheckpointFinetuning(options, kept, all.Replicas, progress, cancellation);
        tuning.Check(checkpoints[^1].Path);
        return () => tuning.Of(checkpoints);
    }

    private static string? NameOf(string? manifest) => Path.GetFileNameWithoutExtension(manifest);

    private static List<(long Update, string Path)> Checkpoints(RunFolder run, int every)
    {
        var all = run.Checkpoints();
        var chosen = all.Where(c => c.Update > 0 && (c.Update % every == 0 || c.Update == all[^1].Update)).ToList();
        return chosen.Count > 0 ? chosen : throw Evaluation.EvaluationFaults.NoCheckpoints(run.CheckpointsPath);
    }

    private static TrainingEffort Effort(IReadOnlyList<TrainingEffort> efforts, long update) =>
        efforts.LastOrDefault(e => e.Update <= update) ?? new TrainingEffort(0, null, 0, 0);

    private static WorthRow With(WorthRow row, IReadOnlyList<TrainingEffort> efforts)
    {
        if (row.Update is not { } update)
            return row;
        var effort = Effort(efforts, update);
        return row with { LossBits = effort.LossBits, AudioHours = effort.AudioHours, Minutes = effort.Minutes };
    }

    private static WorthFinetuning With(WorthFinetuning tuning, IReadOnlyList<TrainingEffort> efforts)
    {
        var effort = Effort(efforts, tuning.Update);
        return tuning with { LossBits = effort.LossBits, AudioHours = effort.AudioHours };
    }
}
