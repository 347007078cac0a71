namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// What the files of a checkpoint's folder are called, for the writers, the readers, and the store that removes no others.
/// </summary>
public static class CheckpointFiles
{
    /// <summary>Written last: a folder without it is no checkpoint.</summary>
    public const string State = "state.json";

    public const string Weights = "model.safetensors";

    public const string Description = "model.json";

    public const string Optimizer = "optimizer.safetensors";
}
