namespace HubertSharp.Runs.Reports.Ranking;

/// <summary>A short fine-tuning of one checkpoint, the same for all of a run.</summary>
/// <param name="Update">Updates of the checkpoint; 0 for the same network with weights drawn anew.</param>
/// <param name="Updates">Updates of the fine-tuning.</param>
/// <param name="Split">The split that is scored.</param>
/// <param name="Errors">Of all recordings first, then of each language where there are several.</param>
public sealed record WorthFinetuning(long Update, int Updates, string Split, IReadOnlyList<TranscriptErrors> Errors)
{
    /// <summary>Masked loss in pre-training around that update, in bits per masked frame.</summary>
    public double? LossBits { get; init; }

    /// <summary>Hours of audio that the model had heard by then, repetitions counted.</summary>
    public double? AudioHours { get; init; }
}

/// <summary>The fine-tuning of a pipeline's last model.</summary>
/// <param name="Updates">Its updates.</param>
/// <param name="Split">The split that is scored.</param>
/// <param name="Errors">Of all recordings first, then of each language where there are several.</param>
public sealed record FinetuningSummary(long Updates, string Split, IReadOnlyList<TranscriptErrors> Errors);
