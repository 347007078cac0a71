namespace HubertSharp.Interop;

/// <summary>What to convert, and into what.</summary>
public sealed record ConversionOptions
{
    /// <summary>Between equal weights: what the order of additions may change.</summary>
    public const double DefaultTolerance = 1e-5;

    /// <summary>See <see cref="ModelReader.Find"/>.</summary>
    public required string Input { get; init; }

    /// <summary>The folder or file to write.</summary>
    public required string Output { get; init; }

    public required ModelFormat Format { get; init; }

    /// <summary>Replace what is there.</summary>
    public bool Force { get; init; }

    /// <summary>Samples at the model's rate that both models are compared on; null for <see cref="TestClip"/>.</summary>
    public float[]? Clip { get; init; }

    /// <summary>Largest difference of any number of any layer that passes.</summary>
    public double Tolerance { get; init; } = DefaultTolerance;

    /// <summary>Hugging Face: <c>weight_g</c> and <c>weight_v</c>, as before torch 2.1.</summary>
    public bool LegacyWeightNorm { get; init; }

    /// <summary>Hugging Face: <c>pytorch_model.bin</c> instead of <c>model.safetensors</c>.</summary>
    public bool TorchFile { get; init; }

    /// <summary>fairseq: the dictionaries as objects in the file, which <c>weights_only=True</c> refuses.</summary>
    public bool DictionaryObjects { get; init; }

    /// <summary>Hugging Face: the licence that the model card names, as the hub spells it; null leaves it open.</summary>
    public string? Licence { get; init; }
}
