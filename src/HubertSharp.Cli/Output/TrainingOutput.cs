using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Training;

namespace HubertSharp.Cli.Output;

/// <summary>What the end of every training says.</summary>
internal static class TrainingEnd
{
    /// <exception cref="UserException">The doctor stopped it.</exception>
    public static void Say(TrainingSummary summary, string folder)
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
