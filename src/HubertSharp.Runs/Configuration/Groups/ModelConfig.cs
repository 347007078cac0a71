namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>model</c> (HubertConfig). C channels of the convolutions, D width of the encoder.</summary>
public sealed record ModelConfig
{
    /// <summary>The model.</summary>
    [Key("_name"), Choices("hubert")]
    public string Name { get; init; } = "hubert";

    /// <summary>Labels per second.</summary>
    [DefaultsTo("task.label_rate"), Between(-1, 1_000_000), Unit("labels per second")]
    public double LabelRate { get; init; } = -1;

    /// <summary>
    /// What makes frames of samples. <c>waveform</c>: convolutions over samples, 50 per second (HuBERT). <c>mel20</c>: 40 log-mel
    /// energies every 10 ms, two of them stacked, and a linear layer, 50 per second (as MelHuBERT). <c>mel40</c>: 80 log-mel energies
    /// every 10 ms, two convolutions of kernel 5 and stride 2 with gated linear units, 25 per second (as Fast-HuBERT).
    /// </summary>
    /// <remarks>No such key: always the waveform.</remarks>
    [Choices(Frontends.Waveform, Frontends.Mel20, Frontends.Mel40)]
    public string Frontend { get; init; } = Frontends.Waveform;

    /// <summary><c>default</c>: GroupNorm on the first convolution only (Base); <c>layer_norm</c>: on every one (Large).</summary>
    [Choices("default", "layer_norm")]
    public string ExtractorMode { get; init; } = "default";

    /// <summary>Transformer layers.</summary>
    [Between(1, 1024), Unit("layers")]
    public int EncoderLayers { get; init; } = 12;

    /// <summary>Width of the encoder (D).</summary>
    [Between(1, 65536)]
    public int EncoderEmbedDim { get; init; } = 768;

    /// <summary>Width between the two feed-forward layers.</summary>
    [Between(1, 1 << 20)]
    public int EncoderFfnEmbedDim { get; init; } = 3072;

    /// <summary>Attention heads; a divisor of <c>encoder_embed_dim</c>.</summary>
    [Between(1, 4096)]
    public int EncoderAttentionHeads { get; init; } = 12;

    /// <summary>Activation between the two feed-forward layers; the exact erf form of GELU.</summary>
    [Choices("gelu")]
    public string ActivationFn { get; init; } = "gelu";

    /// <summary>Kind of the encoder layers.</summary>
    /// <remarks>Has conformer layers, too.</remarks>
    [Choices("transformer")]
    public string LayerType { get; init; } = "transformer";

    /// <summary>Dropout at the end of attention and feed-forward parts.</summary>
    [Between(0, 1)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Dropout of attention weights.</summary>
    [Between(0, 1)]
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Dropout behind the activation of the feed-forward part.</summary>
    [Between(0, 1)]
    public double ActivationDropout { get; init; }

    /// <summary>Probability that a layer is left out of an update.</summary>
    [Between(0, 1)]
    public double EncoderLayerdrop { get; init; }

    /// <summary>
    /// Keep only each encoder layer's input and compute the layer once more in the backward pass: less memory, the same numbers.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Dropout of what enters the encoder.</summary>
    [Between(0, 1)]
    public double DropoutInput { get; init; }

    /// <summary>Kept for fairseq: dropout of a copy of the features from which HuBERT computes nothing.</summary>
    [Between(0, 1)]
    public double DropoutFeatures { get; init; }

    /// <summary>
    /// How a frame is scored against the clusters. <c>cosine</c>: with label embeddings, over a temperature (HuBERT, equation 3).
    /// <c>linear</c>: one linear layer, plain cross entropy (MelHuBERT, Fast-HuBERT).
    /// </summary>
    /// <remarks>No such key: always the cosine.</remarks>
    [Choices(PredictionHeads.Cosine, PredictionHeads.Linear)]
    public string PredictionHead { get; init; } = PredictionHeads.Cosine;

    /// <summary>
    /// Encoder layers, counted from 1, that predict the labels, each with a head of its own: the loss is the mean over them, so that
    /// chance stays where it is. The last layer has to be among them. Null for the last alone.
    /// </summary>
    /// <remarks>No such key: the last alone.</remarks>
    [Between(1, 1024), Unit("layers")]
    public IReadOnlyList<int>? PredictLayers { get; init; }

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

    /// <summary>Convolutions with a bias.</summary>
    public bool ConvBias { get; init; }

    /// <summary>Logits are cosines divided by this.</summary>
    [Between(1e-9, 1e9)]
    public double LogitTemp { get; init; } = 0.1;

    /// <summary>A projection and GLU over the label embeddings.</summary>
    public bool TargetGlu { get; init; }

    /// <summary>Gradients into the front end are multiplied by this; 0 freezes it.</summary>
    [Between(0, 1e9)]
    public double FeatureGradMult { get; init; } = 1;

    /// <summary>Length of a masked span.</summary>
    [Between(1, 1_000_000), Unit("frames")]
    public int MaskLength { get; init; } = 10;

    /// <summary>Share of the frames that spans are drawn for; fewer are masked, because spans overlap.</summary>
    [Between(0, 1)]
    public double MaskProb { get; init; } = 0.65;

    /// <summary>
    /// Where masked frames are hidden. <c>projection</c>: behind the front end, by the mask embedding (HuBERT). <c>input</c>: zeros in
    /// the place of their normalised log-mel energies, which <c>mel20</c> and <c>mel40</c> have (MelHuBERT).
    /// </summary>
    /// <remarks>No such key: always behind the front end.</remarks>
    [Choices(MaskPlaces.Projection, MaskPlaces.Input)]
    public string MaskPlace { get; init; } = MaskPlaces.Projection;

    /// <summary>
    /// Vocal tract length perturbation (Jaitly and Hinton, 2013): in training the mel filters of each utterance are warped by a factor
    /// drawn from 1 − <c>vtlp</c> to 1 + <c>vtlp</c> (Kaldi's <c>vtln_warp</c>) while its labels stay, so that the model learns to hear a
    /// word alike from voices that were not there. Log-mel front ends only.
    /// </summary>
    /// <remarks>No such key.</remarks>
    [Between(0, 0.5)]
    public double Vtlp { get; init; }

    /// <summary>How span lengths are drawn: all of <c>mask_length</c>, or around it.</summary>
    [Choices("static", "uniform", "normal", "poisson")]
    public string MaskSelection { get; init; } = "static";

    /// <summary>Second number of the distribution of lengths: the shortest span (uniform), the standard deviation (normal).</summary>
    [Unit("frames")]
    public double MaskOther { get; init; }

    /// <summary>Spans do not overlap.</summary>
    public bool NoMaskOverlap { get; init; }

    /// <summary>Frames between spans where they do not overlap.</summary>
    [Between(0, 1_000_000), Unit("frames")]
    public int MaskMinSpace { get; init; } = 1;

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

    /// <summary>Channels between spans where they do not overlap.</summary>
    [Between(0, 1_000_000), Unit("channels")]
    public int MaskChannelMinSpace { get; init; } = 1;

    /// <summary>Kernel of the convolutional positions.</summary>
    [Between(1, 65536), Unit("frames")]
    public int ConvPos { get; init; } = 128;

    /// <summary>Groups of that convolution; a divisor of <c>encoder_embed_dim</c>.</summary>
    [Between(1, 65536)]
    public int ConvPosGroups { get; init; } = 16;

    /// <summary>Batch norm instead of weight norm in the convolutional positions, as mHuBERT at 25 Hz has it.</summary>
    public bool ConvPosBatchNorm { get; init; }

    /// <summary>
    /// Layer norm before the projection to the encoder's width; DistilHuBERT has none. transformers' key: fairseq has none.
    /// </summary>
    public bool FeatProjLayerNorm { get; init; } = true;

    /// <summary>No loss over masked frames.</summary>
    public bool SkipMasked { get; init; }

    /// <summary>No loss, and no accuracy, over unmasked frames.</summary>
    public bool SkipNomask { get; init; }

    /// <summary>Attention of conformer layers; <c>""</c> is the transformer's own.</summary>
    /// <remarks>Has others for conformer layers.</remarks>
    [Choices("")]
    public string AttnType { get; init; } = "";

    /// <summary>Positions of conformer layers; the transformer has its convolution.</summary>
    /// <remarks>Has relative ones, too, for conformer layers.</remarks>
    [Choices("abs")]
    public string PosEncType { get; init; } = "abs";
}
