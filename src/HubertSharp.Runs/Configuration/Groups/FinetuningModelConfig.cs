namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// fairseq's group <c>model</c> of a fine-tuning (HubertCtcConfig): which pre-trained model, and what of it is otherwise than there. Its
/// architecture is the pre-trained model's own.
/// </summary>
public sealed record FinetuningModelConfig
{
    /// <summary>The model.</summary>
    [Key("_name"), Choices("hubert_ctc")]
    public string Name { get; init; } = "hubert_ctc";

    /// <summary>The pre-trained model: a run folder, a checkpoint folder, fairseq's <c>.pt</c>, or a Hugging Face folder.</summary>
    /// <remarks>Its own <c>.pt</c> alone.</remarks>
    [MustBeGiven]
    public string W2vPath { get; init; } = "";

    /// <summary>Take the architecture of <see cref="W2vPath"/> and draw all weights anew: what pre-training is compared with.</summary>
    public bool NoPretrainedWeights { get; init; }

    /// <summary>Dropout of what enters the encoder.</summary>
    [Between(0, 1)]
    public double DropoutInput { get; init; }

    /// <summary>Dropout of what enters the output layer.</summary>
    [Between(0, 1)]
    public double FinalDropout { get; init; }

    /// <summary>Dropout at the end of attention and feed-forward parts.</summary>
    [Between(0, 1)]
    public double Dropout { get; init; }

    /// <summary>Dropout of attention weights.</summary>
    [Between(0, 1)]
    public double AttentionDropout { get; init; }

    /// <summary>Dropout behind the activation of the feed-forward part.</summary>
    [Between(0, 1)]
    public double ActivationDropout { get; init; }

    /// <summary>Probability that an encoder layer is left out of an update.</summary>
    [Between(0, 1)]
    public double Layerdrop { get; init; }

    /// <summary>Hide spans of frames and channels in training, as SpecAugment does.</summary>
    public bool ApplyMask { get; init; }

    /// <summary>Length of a masked span.</summary>
    [Between(1, 1_000_000), Unit("frames")]
    public int MaskLength { get; init; } = 10;

    /// <summary>Share of the frames that spans are drawn for; fewer are masked, because spans overlap.</summary>
    [Between(0, 1)]
    public double MaskProb { get; init; } = 0.5;

    /// <summary>How span lengths are drawn.</summary>
    [Choices("static", "uniform", "normal", "poisson")]
    public string MaskSelection { get; init; } = "static";

    /// <summary>Second number of the distribution of lengths.</summary>
    [Unit("frames")]
    public double MaskOther { get; init; }

    /// <summary>Spans do not overlap.</summary>
    public bool NoMaskOverlap { get; init; }

    /// <summary>Length of a masked span of channels.</summary>
    [Between(1, 1_000_000), Unit("channels")]
    public int MaskChannelLength { get; init; } = 10;

    /// <summary>Share of the channels that spans are drawn for; 0 masks none.</summary>
    [Between(0, 1)]
    public double MaskChannelProb { get; init; }

    /// <summary>How span lengths of channels are drawn.</summary>
    [Choices("static", "uniform", "normal", "poisson")]
    public string MaskChannelSelection { get; init; } = "static";

    /// <summary>As <c>mask_other</c>, for channels.</summary>
    [Unit("channels")]
    public double MaskChannelOther { get; init; }

    /// <summary>Spans of channels do not overlap.</summary>
    public bool NoMaskChannelOverlap { get; init; }

    /// <summary>Updates at the start in which only the output layer learns.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int FreezeFinetuneUpdates { get; init; }

    /// <summary>Gradients into the front end are multiplied by this; 0 freezes it.</summary>
    [Between(0, 1e9)]
    public double FeatureGradMult { get; init; }

    /// <summary>Our own key: compute encoder layers once more in the backward pass: less memory, the same numbers.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>The pre-trained model's group with what this one changes.</summary>
    public ModelConfig Over(ModelConfig pretrained)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        return pretrained with
        {
            DropoutInput = DropoutInput,
            Dropout = Dropout,
            AttentionDropout = AttentionDropout,
            ActivationDropout = ActivationDropout,
            EncoderLayerdrop = Layerdrop,
            MaskLength = MaskLength,
            MaskProb = ApplyMask ? MaskProb : 0,
            MaskSelection = MaskSelection,
            MaskOther = MaskOther,
            NoMaskOverlap = NoMaskOverlap,
            MaskChannelLength = MaskChannelLength,
            MaskChannelProb = ApplyMask ? MaskChannelProb : 0,
            MaskChannelSelection = MaskChannelSelection,
            MaskChannelOther = MaskChannelOther,
            NoMaskChannelOverlap = NoMaskChannelOverlap,
            FeatureGradMult = pretrained.Frontend == Frontends.Waveform ? FeatureGradMult : pretrained.FeatureGradMult,
            CheckpointActivations = CheckpointActivations,
            PredictLayers = null,
        };
    }
}
