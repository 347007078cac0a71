using HubertSharp.Runs.Files;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Tests.Training.Checkpoints;

/// <summary>Checkpoints with a file of weights and a small state.</summary>
internal static class SavedCheckpoint
{
    public static string Of(CheckpointStore store, long update, long? best = null, string reason = "interval") =>
        store.Save(State(update, reason) with { BestUpdate = best },
            folder => File.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    public static string Flushed(CheckpointStore store, long update) =>
        store.Save(State(update, "interval"), folder => AtomicFile.WriteAllText(Path.Combine(folder, "model.bin"), $"weights of {update}"));

    public static CheckpointState State(long update, string reason) => new()
    {
        Update = update,
        Epoch = 1,
        OptimizerSteps = update,
        SkippedUpdates = 0,
        Fingerprint = new RunFingerprint(new Dictionary<string, string> { ["model.encoder_layers"] = "2" },
            new Dictionary<string, string>(), new Dictionary<string, string>()),
        Interval = new Dictionary<string, double[]> { ["loss"] = [1.5, 2] },
        EpochSoFar = new Dictionary<string, double[]>(),
        Reason = reason,
    };
}
