using HubertSharp.Runs;

namespace HubertSharp.Training.Checkpoints;

internal static class CheckpointFaults
{
    public static UserException CannotSave(string path, string? newest, UserException cause) =>
        UserException.Create("the checkpoint was not written", path, found: cause.Message,
            next: newest is null ? "there is no checkpoint yet" : $"{newest} is whole, and the same command goes on from it", cause: cause);

    public static UserException NotTidied(string checkpoint, UserException cause) =>
        UserException.Create("the checkpoint is whole, but the links to it were not set or older ones not removed", checkpoint,
            found: cause.Message,
            next: "the same command goes on from it", cause: cause);

    public static UserException OtherFormat(string path, int expected, int found) =>
        UserException.Create("another version of this program wrote this checkpoint", path, $"format {expected}", $"{found}",
            "go on with that version, or choose another run folder to start anew");

    public static UserException DamagedCheckpoint(string path, string found) =>
        UserException.Create("damaged checkpoint", path, found: found);

    public static UserException NoUsableCheckpoint(string folder, string lastFault) =>
        UserException.Create("no checkpoint can be read", folder, found: lastFault,
            next: "restore one from a backup, or move the folder away to start anew");

    public static UserException NoOptimizerState(string folder) =>
        UserException.Create("this checkpoint was written without optimizer state, training cannot go on from it", folder,
            next: "set checkpoint.no_save_optimizer_state=false, and start anew in another checkpoint.save_dir");

    public static UserException OtherShape(string path, string tensor, IReadOnlyList<long> expected, IReadOnlyList<long> found) =>
        UserException.Create($"tensor {tensor} has another shape", path, $"[{string.Join(", ", expected)}]",
            $"[{string.Join(", ", found)}]",
            "use the checkpoint of the same configuration");
}
