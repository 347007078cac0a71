namespace HubertSharp.Training;

/// <summary>How a run ended.</summary>
/// <param name="RunFolder">The run folder.</param>
/// <param name="CheckpointFolder">The last checkpoint, or null with <c>checkpoint.no_save</c>.</param>
/// <param name="Updates">Finished updates.</param>
/// <param name="Finished">False when it was stopped early and can be resumed.</param>
/// <param name="TrainMaskedLossBits">Masked loss of the first label set over the last log interval, in bits; NaN before the first.</param>
/// <param name="ValidMaskedLossBits">The same on the valid split; NaN without validation.</param>
/// <param name="SkippedUpdates">Updates skipped because loss or gradients were not finite.</param>
/// <param name="PeakResidentMib">The most memory that the process held.</param>
/// <param name="StoppedAsBroken">The doctor found the run broken, and was asked to stop it then.</param>
public sealed record PretrainingSummary(
    string RunFolder, string? CheckpointFolder, long Updates, bool Finished, double TrainMaskedLossBits, double ValidMaskedLossBits, long SkippedUpdates, long PeakResidentMib,
    bool StoppedAsBroken);
