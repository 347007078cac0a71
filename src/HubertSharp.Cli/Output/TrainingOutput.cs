using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Cli.Output;

/// <summary>What every training says: before it begins, while it runs, and at its end.</summary>
internal static class TrainingOutput
{
    /// <param name="config">Whose notices are told first.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="train">Trains with a view of its progress.</param>
    /// <param name="done">What was reached, in a line.</param>
    /// <exception cref="UserException">The training's own faults, or the doctor stopped it.</exception>
    public static void Run<T>(
        ResolvedConfig<T> config, string folder, Func<PretrainingView, TrainingSummary> train, Func<TrainingSummary, string> done)
        where T : TrainingConfig
    {
        using var view = new PretrainingView(config.Value.Common.NoProgressBar);
        foreach (var notice in config.Notices)
            view.WriteLine(notice);
        view.WriteLine($"run folder: {folder}");
        var summary = train(view);
        view.Dispose();
        Console.WriteLine(done(summary));
        SayEnd(summary, folder);
        Console.WriteLine($"next: hubert doctor {folder}");
    }

    private static void SayEnd(TrainingSummary summary, string folder)
    {
        if (summary.SkippedUpdates > 0)
            Console.WriteLine(
                $"{Counted.Of(summary.SkippedUpdates, "update")} skipped, because something was not finite: "
                    + $"see {Path.Combine(folder, RunFolder.LogName)}");
        Console.WriteLine($"checkpoint: {summary.CheckpointFolder}");
        if (summary.StoppedAsBroken)
            throw UserException.Create("stopped, because the doctor finds the run broken", folder,
                next: $"'hubert doctor {folder}' says why; the same command goes on from the checkpoint");
    }
}
