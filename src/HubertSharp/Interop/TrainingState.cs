using HubertSharp.Runs.Arrays;

namespace HubertSharp.Interop;

/// <summary>How far a checkpoint's training had come.</summary>
/// <param name="Updates">Finished updates.</param>
/// <param name="Moments">Adam's averages (<c>exp_avg</c>, <c>exp_avg_sq</c>) by parameter; null where the checkpoint has none that can be used.</param>
/// <param name="AdamSteps">Adam's own t; smaller than the updates where some overflowed.</param>
public sealed record TrainingState(long Updates, IReadOnlyDictionary<string, (SafetensorsTensor First, SafetensorsTensor Second)>? Moments, long AdamSteps);
