namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>What a line of a log can say, whatever the toolkit calls it.</summary>
public enum Metric
{
    /// <summary>Whole loss, penalties included.</summary>
    Loss,

    /// <summary>Loss per target token where the loss itself is per sentence (CTC).</summary>
    LossPerToken,

    /// <summary>Prediction loss over masked frames, first label set.</summary>
    LossMasked,

    LossUnmasked,

    /// <summary>Features penalty as it enters the loss.</summary>
    Penalty,

    AccuracyMasked,
    AccuracyUnmasked,

    /// <summary>Masked frames per update.</summary>
    CountMasked,

    CountUnmasked,
    LearningRate,

    /// <summary>Before clipping.</summary>
    GradientNorm,

    /// <summary>Percent of the updates that were clipped.</summary>
    Clip,

    LossScale,
    Perplexity,
    UpdatesPerSecond,

    /// <summary>Seconds inside training steps since the last line.</summary>
    TrainSeconds,

    /// <summary>Seconds since the start.</summary>
    WallSeconds,

    /// <summary>Targets per batch: masked frames for HuBERT, tokens for CTC.</summary>
    TargetsPerBatch,

    /// <summary>wav2vec 2.0: the contrastive part of the loss.</summary>
    ContrastiveLoss,

    /// <summary>wav2vec 2.0: accuracy among the distractors.</summary>
    Accuracy,

    /// <summary>Codebook entries in use, as a perplexity.</summary>
    CodePerplexity,

    /// <summary>Percent.</summary>
    UnitErrorRate,

    /// <summary>Percent.</summary>
    WordErrorRate,

    /// <summary>Spread of a self-distillation's targets.</summary>
    TargetVariance,

    /// <summary>Spread of its predictions.</summary>
    PredictionVariance,

    CtcLoss,

    /// <summary>The loss of a decoder or transducer beside or instead of CTC.</summary>
    DecoderLoss,

    /// <summary>Updates so far.</summary>
    Updates,

    Epoch,

    /// <summary>Batches of an epoch, or updates of a split, as ESPnet counts them.</summary>
    TotalCount,

    /// <summary>Updates that were left out because the loss was not finite.</summary>
    NotFiniteCount,

    /// <summary>fairseq's <c>loss_0</c>: the first part of a loss that is a sum, wav2vec's contrast above all.</summary>
    FirstPart,

    /// <summary>Codebook entries that the quantiser's soft choice spreads over.</summary>
    ProbPerplexity,

    /// <summary>
    /// A tokenizer's discriminators, summed over them: half of their number where they cannot tell, 0 where they always can.
    /// </summary>
    DiscriminatorLoss,

    /// <summary>The generator's side of it: a quarter of their number where they cannot tell, their number where they always can.</summary>
    AdversarialLoss,

    /// <summary>How many discriminators there are.</summary>
    Discriminators,

    /// <summary>How far a tokenizer's first quantiser is from its teacher.</summary>
    DistillationLoss,

    /// <summary>How far what a tokenizer makes is from the recording, in log mel magnitudes.</summary>
    MelError,

    /// <summary>Of the quantiser that has most of them, the share of codes that nothing chooses.</summary>
    DeadCodes,

    /// <summary>Frames per second of the teacher's features.</summary>
    TeacherRate,

    /// <summary>Frames per second of the tokenizer.</summary>
    FrameRate,

    /// <summary>Share of a quantiser's codes that occur, see <see cref="MetricPoint.Codebooks"/>.</summary>
    CodesUsed,

    /// <summary>Perplexity of a quantiser's codes, see <see cref="MetricPoint.Codebooks"/>.</summary>
    QuantizerPerplexity,
}
