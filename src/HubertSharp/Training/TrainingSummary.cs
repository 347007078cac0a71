namespace HubertSharp.Training;

/// <summary>How a run ended.</summary>
/// <param name="RunFolder">The run folder.</param>
/// <param name="CheckpointFolder">The last checkpoint, or null with <c>checkpoint.no_save</c>.</param>
/// <param name="Updates">Finished updates.</param>
/// <param name="Finished">False when it was stopped early and can be resumed.</param>
/// <param name="TrainHeadline">
/// The task's headline metric (HuBERT: masked loss of the first label set, in bits) over the last log interval; NaN before the first.
/// </param>
/// <param name="ValidHeadline">The same on the valid split; NaN without validation.</param>
/// <param name="SkippedUpdates">Updates skipped because loss or gradients were not finite.</param>
/// <param name="PeakResidentMib">The most memory that the process held.</param>
/// <param name="StoppedAsBroken">The doctor found the run broken, and was asked to stop it then.</param>
public sealed record TrainingSummary(
    string RunFolder, string? CheckpointFolder, long Updates, bool Finished, double TrainHeadline, double ValidHeadline,
    long SkippedUpdates, long PeakResidentMib, bool StoppedAsBroken);
