namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>task</c> of a fine-tuning (HubertPretrainingConfig, AudioFinetuningConfig).</summary>
public sealed record FinetuningTaskConfig
{
    internal const string Hubert = "hubert_pretraining";

    /// <summary>
    /// The task. <c>audio_finetuning</c> and <c>audio_pretraining</c> are wav2vec 2.0's, which read the same files and pad.
    /// </summary>
    [Key("_name"), Choices(Hubert, "audio_finetuning", "audio_pretraining")]
    public string Name { get; init; } = Hubert;

    /// <summary>Folder of the manifests <c>train.tsv</c>, <c>valid.tsv</c>.</summary>
    [MustBeGiven]
    public string Data { get; init; } = "";

    /// <summary>Transcripts instead of frame labels; has to be true with <c>hubert_pretraining</c>.</summary>
    public bool FineTuning { get; init; }

    /// <summary>Extension of the transcripts: <c>ltr</c> reads <c>train.ltr</c> and <c>dict.ltr.txt</c>.</summary>
    [OneIsEnough]
    public IReadOnlyList<string> Labels { get; init; } = ["ltr"];

    /// <summary>Folder of transcripts and dictionary; null for <see cref="Data"/>.</summary>
    public string? LabelDir { get; init; }

    /// <summary>Kept for fairseq: transcripts have no rate.</summary>
    [Between(-1, 1_000_000)]
    public double LabelRate { get; init; } = -1;

    /// <summary>Samples per second that the audio is brought to: there is no other than 16000.</summary>
    [Between(1, 1_000_000), Unit("samples per second")]
    public int SampleRate { get; init; } = SamplingRate.Hz;

    /// <summary>Each utterance to mean 0 and variance 1 (eps 1e-5); as the model was pre-trained.</summary>
    public bool Normalize { get; init; }

    /// <summary>Longest utterance in samples; a longer one is left out. Null keeps all.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int? MaxKeepSize { get; init; }

    /// <summary>Samples that a longer utterance is cropped to, while its text stays whole; null for no crop.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int? MaxSampleSize { get; init; }

    /// <summary>Shortest utterance in samples; a shorter one is left out. Null keeps all.</summary>
    [Between(0, int.MaxValue), Unit("samples")]
    public int? MinSampleSize { get; init; }

    /// <summary>Crops start anywhere; otherwise at the beginning.</summary>
    public bool RandomCrop { get; init; } = true;

    /// <summary>
    /// Batches are padded to their longest utterance; otherwise every clip of a batch is cropped to the shortest, while its text stays
    /// whole. Null: what fairseq's task does, which is to crop with <c>hubert_pretraining</c> and to pad with the others.
    /// </summary>
    /// <remarks>False, and of <c>hubert_pretraining</c> alone.</remarks>
    public bool? PadAudio { get; init; }

    /// <summary>Whether batches are padded.</summary>
    public bool Pads() => PadAudio ?? Name != Hubert;
}
