namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>What a tokenizer is trained by: losses and their weights.</summary>
public sealed record TokenizerCriterionConfig
{
    public const string AlongDimensions = "d_axis", AlongTime = "t_axis";

    /// <summary>The criterion.</summary>
    [Key("_name"), Choices(TokenizerTaskConfig.TokenizerName)]
    public string Name { get; init; } = TokenizerTaskConfig.TokenizerName;

    /// <summary>Weights of the mel losses; each resolution is half the one before.</summary>
    [Between(0, 1e9)]
    public IReadOnlyList<double> MelLossLambdas { get; init; } = [45, 1, 1, 1];

    /// <summary>Mel filters.</summary>
    [Between(1, 1024), Unit("filters")]
    public int NumMels { get; init; } = 80;

    /// <summary>Points of the first resolution's Fourier transform.</summary>
    [Between(16, 1 << 16), Unit("samples")]
    public int NFft { get; init; } = 1024;

    /// <summary>From one of its windows to the next.</summary>
    [Between(1, 1 << 16), Unit("samples")]
    public int HopSize { get; init; } = 240;

    /// <summary>Of one of its windows.</summary>
    [Between(1, 1 << 16), Unit("samples")]
    public int WinSize { get; init; } = 1024;

    /// <summary>Where the first filter begins.</summary>
    [Between(0, 1e6), Unit("Hz")]
    public double Fmin { get; init; }

    /// <summary>Where the last one ends; null for half the sample rate.</summary>
    [Between(0, 1e6), Unit("Hz")]
    public double? FmaxForLoss { get; init; }

    /// <summary>Weight of the waveforms' mean absolute difference.</summary>
    [Between(0, 1e9)]
    public double ReconLossLambda { get; init; } = 500;

    /// <summary>Weight of the commitment.</summary>
    [Between(0, 1e9)]
    public double CommitmentLossLambda { get; init; } = 10;

    /// <summary>The commitment of later quantisers moves the encoder, too; the released program's does not.</summary>
    public bool CommitAllQuantizers { get; init; }

    /// <summary>Weight of the distillation.</summary>
    [Between(0, 1e9)]
    public double DistillLossLambda { get; init; } = 120;

    /// <summary>
    /// <c>d_axis</c>: each dimension of the features is compared with the teacher's as a series over time, which is what works;
    /// <c>t_axis</c>: each frame.
    /// </summary>
    [Choices(AlongDimensions, AlongTime)]
    public string DistillType { get; init; } = AlongDimensions;

    /// <summary>Weight of the directions against the absolute difference in <c>t_axis</c>.</summary>
    [Between(0, 1e9)]
    public double LambdaSim { get; init; } = 1;

    /// <summary>Weight of passing as real.</summary>
    /// <remarks>Always 1.</remarks>
    [Between(0, 1e9)]
    public double AdversarialLossLambda { get; init; } = 1;

    /// <summary>Weight of looking real to each layer of the discriminators.</summary>
    /// <remarks>Always 1.</remarks>
    [Between(0, 1e9)]
    public double FeatureLossLambda { get; init; } = 1;
}
