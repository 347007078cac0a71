namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>task</c> (HubertPretrainingConfig).</summary>
public sealed record TaskConfig
{
    /// <summary>The task.</summary>
    [Key("_name"), Choices("hubert_pretraining")]
    public string Name { get; init; } = "hubert_pretraining";

    /// <summary>Folder of the manifests <c>train.tsv</c>, <c>valid.tsv</c>.</summary>
    [MustBeGiven]
    public string Data { get; init; } = "";

    /// <summary>Sequence labels (<c>.ltr</c>) instead of frame labels.</summary>
    public bool FineTuning { get; init; }

    /// <summary>Extensions of the label files: <c>km</c> reads <c>train.km</c> and <c>dict.km.txt</c>. One set per entry.</summary>
    public IReadOnlyList<string> Labels { get; init; } = ["ltr"];

    /// <summary>Folder of labels and dictionaries; null for <see cref="Data"/>.</summary>
    public string? LabelDir { get; init; }

    /// <summary>Labels per second, -1 for sequence labels.</summary>
    [Between(-1, 1_000_000), Unit("labels per second")]
    public double LabelRate { get; init; } = -1;

    /// <summary>Samples per second that the audio is brought to: there is no other than 16000.</summary>
    [Between(1, 1_000_000), Unit("samples per second")]
    public int SampleRate { get; init; } = SamplingRate.Hz;

    /// <summary>Each utterance to mean 0 and variance 1 before cropping (eps 1e-5).</summary>
    public bool Normalize { get; init; }

    /// <summary>Longest utterance in samples; a longer one is left out. Null keeps all.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int? MaxKeepSize { get; init; }

    /// <summary>Samples that a longer utterance is cropped to; null for no crop.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int? MaxSampleSize { get; init; }

    /// <summary>Shortest utterance in samples; a shorter one is left out. Null keeps all.</summary>
    [Between(0, int.MaxValue), Unit("samples")]
    public int? MinSampleSize { get; init; }

    /// <summary>Crops start anywhere; otherwise at the beginning.</summary>
    public bool RandomCrop { get; init; } = true;

    /// <summary>Batches are padded to their longest utterance; otherwise cropped to the shortest.</summary>
    public bool PadAudio { get; init; }
}
