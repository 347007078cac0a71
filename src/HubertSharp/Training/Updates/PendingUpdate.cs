namespace HubertSharp.Training.Updates;

/// <summary>An update whose gradients are there.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Scores">Not yet read off the device.</param>
/// <param name="LearningRate">Of this update.</param>
/// <param name="Blame">Names its rows when something is not finite; may have to collate them again.</param>
/// <param name="Start">Timestamp of its beginning.</param>
internal sealed record PendingUpdate(long Number, UpdateScores Scores, double LearningRate, Func<BlamedRows> Blame, long Start);
