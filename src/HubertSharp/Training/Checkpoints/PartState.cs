using HubertSharp.Training.Updates;

namespace HubertSharp.Training.Checkpoints;

/// <summary>What a part of a run needs beside its tensors; that of the first part stands in <see cref="CheckpointState"/> itself.</summary>
/// <param name="OptimizerSteps">Updates that changed its weights: Adam's t.</param>
/// <param name="GroupSkips">Per group of parameters, how many of those passed over it.</param>
/// <param name="SkippedInARow">Updates of it that were skipped one after the other up to this one.</param>
/// <param name="LossScale">The loss scale's state in fp16, else null.</param>
internal sealed record PartState(long OptimizerSteps, IReadOnlyList<long> GroupSkips, int SkippedInARow, LossScaleState? LossScale);
