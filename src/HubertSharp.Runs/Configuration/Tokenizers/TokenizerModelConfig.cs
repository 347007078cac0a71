namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>A tokenizer's network, its codebooks, and the discriminators of its training.</summary>
public sealed record TokenizerModelConfig
{
    /// <summary>The model.</summary>
    [Key("_name"), Choices(TokenizerTaskConfig.TokenizerName)]
    public string Name { get; init; } = TokenizerTaskConfig.TokenizerName;

    /// <summary>Channels of the first convolution; each stride doubles them.</summary>
    [Between(2, 4096), Unit("channels")]
    public int NFilters { get; init; } = 64;

    /// <summary>Strides of the decoder in its order; their product is the samples of a frame.</summary>
    [Between(1, 4096)]
    public IReadOnlyList<int> Strides { get; init; } = [8, 5, 4, 2];

    /// <summary>Width of the embeddings that are quantised.</summary>
    [Between(1, 1 << 16)]
    public int Dimension { get; init; } = 1024;

    /// <summary>Width of the teacher's features; null for that of its features, or 768 without a teacher.</summary>
    [Between(1, 1 << 16)]
    public int? SemanticDimension { get; init; }

    /// <summary>The encoder's LSTM hears both directions.</summary>
    public bool Bidirectional { get; init; } = true;

    /// <summary>How the dilation grows from one residual unit of a stage to the next.</summary>
    [Between(1, 16)]
    public int DilationBase { get; init; } = 2;

    /// <summary>Taps of a residual unit's first convolution.</summary>
    [Between(1, 255)]
    public int ResidualKernelSize { get; init; } = 3;

    /// <summary>Residual units of each stage.</summary>
    [Between(0, 8)]
    public int NResidualLayers { get; init; } = 1;

    /// <summary>LSTM layers; 0 for none.</summary>
    [Between(0, 16)]
    public int LstmLayers { get; init; } = 2;

    /// <summary>Between convolutions.</summary>
    [Choices("ELU", "Snake")]
    public string Activation { get; init; } = "ELU";

    /// <summary>Codes of each quantiser.</summary>
    [Between(2, 1 << 16), Unit("codes")]
    public int CodebookSize { get; init; } = 1024;

    /// <summary>Quantisers.</summary>
    [Between(1, 255), Unit("quantisers")]
    public int NQ { get; init; } = 8;

    /// <summary>What stays of a codebook's averages at an update.</summary>
    [Between(0, 1)]
    public double CodebookDecay { get; init; } = 0.99;

    /// <summary>
    /// A code that fewer vectors of an update choose, on average, gets a new place; at most a quarter of what each would have if all were
    /// chosen alike. 0 for never.
    /// </summary>
    /// <remarks>Never takes effect.</remarks>
    [Between(0, 1e9), Unit("vectors")]
    public double DeadCodeThreshold { get; init; } = 2;

    /// <summary>Filters of the multi-scale STFT discriminators; 0 for none.</summary>
    [Between(0, 4096), Unit("filters")]
    public int StftFilters { get; init; } = 32;

    /// <summary>Windows of the multi-scale STFT discriminators, one for each.</summary>
    [Between(16, 2048), Unit("samples")]
    public IReadOnlyList<int> StftWindows { get; init; } = [1024, 2048, 512, 256, 128];

    /// <summary>Channels of the first layer of the multi-period discriminators; 0 for none.</summary>
    [Between(0, 4096), Unit("channels")]
    public int PeriodChannels { get; init; } = 32;

    /// <summary>Channels of the first layer of the multi-scale discriminators, a multiple of 16; 0 for none.</summary>
    [Between(0, 4096), Unit("channels")]
    public int ScaleChannels { get; init; } = 128;

    /// <summary>
    /// Averages of the weights over the updates, which validation and use take: what stays of them at an update; 0 for none.
    /// </summary>
    [Between(0, 1)]
    public double EmaDecay { get; init; }

    /// <summary>Samples of a frame.</summary>
    public long Hop() => Strides.Aggregate(1L, (product, stride) => product * stride);
}
