using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Cli.Output;

/// <summary>What every training says: before it begins, while it runs, and at its end. Of several processes the first one talks.</summary>
internal static class TrainingOutput
{
    private const string WorldSize = "distributed_training.distributed_world_size ";

    /// <param name="config">Whose notices are told first.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="train">Trains, with what is told of it and who takes part.</param>
    /// <param name="done">What was reached, in a line.</param>
    /// <param name="use">A command that uses what was trained.</param>
    /// <exception cref="UserException">The training's own faults, or the doctor stopped it.</exception>
    public static void Run<T>(
        ResolvedConfig<T> config, string folder, Func<TrainingOptions, TrainingSummary> train, Func<TrainingSummary, string> done,
        string? use = null)
        where T : TrainingConfig
    {
        using var view = new PretrainingView(config.Value.Common.NoProgressBar);
        var world = LaunchedWorld.Take();
        if (world is null or { Rank: 0 })
        {
            // who started as many as the configuration was made for needs no advice about fewer
            var fits = world?.Count == config.Value.DistributedTraining.DistributedWorldSize;
            foreach (var notice in config.Notices.Where(n => !fits || !n.StartsWith(WorldSize, StringComparison.Ordinal)))
                view.WriteLine(notice);
            view.WriteLine($"run folder: {folder}");
        }
        using var replicas = MpiReplicas.Join(world, config.Value.DistributedTraining, folder, view.WriteLine);
        var summary = train(new TrainingOptions
        {
            Progress = replicas.Writes ? view : null,
            Notice = view.WriteLine,
            Replicas = replicas,
        });
        view.Dispose();
        if (!replicas.Writes)
            return;
        foreach (var line in Lines(summary, folder, done(summary), use))
            Console.WriteLine(line);
        if (summary.StoppedAsBroken)
            throw UserException.Create("stopped, because the doctor finds the run broken", folder,
                next: $"'hubert doctor {folder}' says why; the same command goes on from the checkpoint");
    }

    /// <summary>What was reached, in a line; what was not measured, as in a start that found nothing left to train, is left out.</summary>
    /// <param name="summary">Of the training.</param>
    /// <param name="what">What its headline is.</param>
    /// <param name="unit">Behind the numbers, with its space.</param>
    public static string Reached(TrainingSummary summary, string what, string unit)
    {
        (double Value, string Where)[] reached = [(summary.TrainHeadline, "in training"), (summary.ValidHeadline, "on the valid split")];
        var measured = reached.Where(r => !double.IsNaN(r.Value)).Select(r => $"{r.Value:F3}{unit} {r.Where}").ToArray();
        return $"{Counted.Of(summary.Updates, "update")} done" + (measured.Length > 0 ? $"; {what} {string.Join(", ", measured)}" : "");
    }

    /// <summary>What is said at the end, line by line.</summary>
    internal static IEnumerable<string> Lines(TrainingSummary summary, string folder, string done, string? use)
    {
        yield return done;
        if (summary.SkippedUpdates > 0)
            yield return $"{Counted.Of(summary.SkippedUpdates, "update")} skipped, because something was not finite: "
                + $"see {Path.Combine(folder, RunFolder.LogName)}";
        if (summary.CheckpointFolder is { } checkpoint)
            yield return $"checkpoint: {checkpoint}";
        if (summary.StoppedAsBroken)
            yield break;
        if (use is not null && summary.CheckpointFolder is not null)
            yield return $"use it: {use}";
        yield return $"next: hubert doctor {folder}";
    }
}
