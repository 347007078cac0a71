namespace HubertSharp.Runs;

/// <summary>How far a long stage has come; library code reports it through <see cref="IProgress{T}"/>, as often as it likes.</summary>
/// <param name="Done">Units finished so far.</param>
/// <param name="Total">Units in all; 0 when that is not known beforehand.</param>
/// <param name="Unit">What is counted, in the plural: <c>files</c>, <c>frames</c>, <c>updates</c>.</param>
public readonly record struct StageProgress(long Done, long Total, string Unit);
