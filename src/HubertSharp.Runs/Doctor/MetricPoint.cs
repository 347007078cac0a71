namespace HubertSharp.Runs.Doctor;

/// <summary>One line of a log; losses in the log's own unit, null where the log does not say.</summary>
public sealed record MetricPoint
{
    /// <summary>Updates so far.</summary>
    public required long Update { get; init; }

    /// <summary>Whole loss with the penalty.</summary>
    public double? Loss { get; init; }

    /// <summary>Prediction loss over masked frames, first label set.</summary>
    public double? LossMasked { get; init; }

    /// <summary>Features penalty as it enters the loss.</summary>
    public double? Penalty { get; init; }

    public double? AccuracyMasked { get; init; }

    public double? AccuracyUnmasked { get; init; }

    /// <summary>Masked frames per update.</summary>
    public double? MaskedFrames { get; init; }

    public double? LearningRate { get; init; }

    /// <summary>Before clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Percent of the updates that were clipped.</summary>
    public double? ClippedPercent { get; init; }

    public double? LossScale { get; init; }

    public double? Perplexity { get; init; }

    /// <summary>The prediction loss as far as the log tells: masked loss, else loss without penalty, else loss.</summary>
    public double? Prediction => LossMasked ?? (Loss - (Penalty ?? 0));
}
