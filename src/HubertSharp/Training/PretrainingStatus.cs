namespace HubertSharp.Training;

/// <summary>Where a run stands, for the live view: means over the current log interval.</summary>
/// <param name="Update">Finished updates.</param>
/// <param name="MaxUpdate">Updates in all.</param>
/// <param name="Epoch">Current epoch, from 1.</param>
/// <param name="LossBits">fairseq's total loss, features penalty included.</param>
/// <param name="MaskedLossBits">Masked loss of the first label set.</param>
/// <param name="ChanceBits">log2 of its class count.</param>
/// <param name="MaskedAccuracy">Share of masked frames predicted right, 0 to 1.</param>
/// <param name="GradientNorm">Norm before clipping.</param>
/// <param name="LearningRate">Of the last update.</param>
/// <param name="AudioSecondsPerSecond">Audio consumed per second of wall time.</param>
/// <param name="Left">Estimated time to the last update.</param>
public sealed record PretrainingStatus(
    long Update, long MaxUpdate, int Epoch, double LossBits, double MaskedLossBits, double ChanceBits, double MaskedAccuracy,
    double GradientNorm, double LearningRate, double AudioSecondsPerSecond, TimeSpan Left);
