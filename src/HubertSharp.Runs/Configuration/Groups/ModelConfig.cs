namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>model</c> (HubertConfig). C channels of the convolutions, D width of the encoder.</summary>
public sealed record ModelConfig
{
    [Key("_name"), Choices("hubert")]
    public string Name { get; init; } = "hubert";

    /// <summary>Labels per second.</summary>
    [DefaultsTo("task.label_rate"), Between(-1, 1_000_000)]
    public double LabelRate { get; init; } = -1;

    /// <summary><c>default</c>: GroupNorm on the first convolution only (Base); <c>layer_norm</c>: on every one (Large).</summary>
    [Choices("default", "layer_norm")]
    public string ExtractorMode { get; init; } = "default";

    [Between(1, 1024)]
    public int EncoderLayers { get; init; } = 12;

    [Between(1, 65536)]
    public int EncoderEmbedDim { get; init; } = 768;

    [Between(1, 1 << 20)]
    public int EncoderFfnEmbedDim { get; init; } = 3072;

    [Between(1, 4096)]
    public int EncoderAttentionHeads { get; init; } = 12;

    /// <summary>Activation between the two feed-forward layers; the exact erf form of GELU.</summary>
    [Choices("gelu")]
    public string ActivationFn { get; init; } = "gelu";

    [Choices("transformer")]
    public string LayerType { get; init; } = "transformer";

    [Between(0, 1)]
    public double Dropout { get; init; } = 0.1;

    [Between(0, 1)]
    public double AttentionDropout { get; init; } = 0.1;

    [Between(0, 1)]
    public double ActivationDropout { get; init; }

    [Between(0, 1)]
    public double EncoderLayerdrop { get; init; }

    /// <summary>
    /// Keep only each encoder layer's input and compute the layer once more in the backward pass: less memory, the same numbers.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    [Between(0, 1)]
    public double DropoutInput { get; init; }

    [Between(0, 1)]
    public double DropoutFeatures { get; init; }

    /// <summary>Width of final projection and label embeddings; 0 for <see cref="EncoderEmbedDim"/>.</summary>
    [Between(0, 65536)]
    public int FinalDim { get; init; }

    /// <summary>One final projection per label set.</summary>
    public bool UntieFinalProj { get; init; }

    /// <summary>Pre-LN layers (Large) instead of post-LN (Base).</summary>
    public bool LayerNormFirst { get; init; }

    /// <summary>The front end, first convolution first.</summary>
    public IReadOnlyList<ConvLayerSpec> ConvFeatureLayers { get; init; } =
        ConvLayerSpec.Parse("[(512,10,5)] + [(512,3,2)] * 4 + [(512,2,2)] * 2");

    public bool ConvBias { get; init; }

    /// <summary>Logits are cosines divided by this.</summary>
    [Between(1e-9, 1e9)]
    public double LogitTemp { get; init; } = 0.1;

    /// <summary>A projection and GLU over the label embeddings.</summary>
    public bool TargetGlu { get; init; }

    /// <summary>Gradients into the front end are multiplied by this; 0 freezes it.</summary>
    [Between(0, 1e9)]
    public double FeatureGradMult { get; init; } = 1;

    [Between(1, 1_000_000)]
    public int MaskLength { get; init; } = 10;

    [Between(0, 1)]
    public double MaskProb { get; init; } = 0.65;

    [Choices("static", "uniform", "normal", "poisson")]
    public string MaskSelection { get; init; } = "static";

    public double MaskOther { get; init; }

    public bool NoMaskOverlap { get; init; }

    [Between(0, 1_000_000)]
    public int MaskMinSpace { get; init; } = 1;

    [Between(1, 1_000_000)]
    public int MaskChannelLength { get; init; } = 10;

    [Between(0, 1)]
    public double MaskChannelProb { get; init; }

    [Choices("static", "uniform", "normal", "poisson")]
    public string MaskChannelSelection { get; init; } = "static";

    public double MaskChannelOther { get; init; }

    public bool NoMaskChannelOverlap { get; init; }

    [Between(0, 1_000_000)]
    public int MaskChannelMinSpace { get; init; } = 1;

    /// <summary>Kernel of the convolutional positions.</summary>
    [Between(1, 65536)]
    public int ConvPos { get; init; } = 128;

    [Between(1, 65536)]
    public int ConvPosGroups { get; init; } = 16;

    /// <summary>Batch norm instead of weight norm in the convolutional positions; none of the published models has it.</summary>
    [Choices("false")]
    public bool ConvPosBatchNorm { get; init; }

    /// <summary>No loss over masked frames.</summary>
    public bool SkipMasked { get; init; }

    /// <summary>No loss, and no accuracy, over unmasked frames.</summary>
    public bool SkipNomask { get; init; }

    /// <summary>Attention of conformer layers; <c>""</c> is the transformer's own.</summary>
    [Choices("")]
    public string AttnType { get; init; } = "";

    [Choices("abs")]
    public string PosEncType { get; init; } = "abs";
}
