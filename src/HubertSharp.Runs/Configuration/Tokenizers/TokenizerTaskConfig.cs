namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>The data of a tokenizer's training: recordings, and a teacher's features of them.</summary>
public sealed record TokenizerTaskConfig
{
    public const string TokenizerName = "speech_tokenizer";

    /// <summary>Values of <see cref="Teacher"/> that are no model.</summary>
    public const string NoTeacher = "none", Mfcc = "mfcc";

    /// <summary>Value of <see cref="TeacherLayer"/> for the mean of all hidden states.</summary>
    public const string AllLayers = LayerMix.All;

    public const string Released = "released", Repaired = "repaired";

    /// <summary>The task.</summary>
    [Key("_name"), Choices(TokenizerName)]
    public string Name { get; init; } = TokenizerName;

    /// <summary>Folder of the manifests <c>train.tsv</c>, <c>valid.tsv</c>; null where <see cref="TrainFiles"/> is given.</summary>
    public string? Data { get; init; }

    /// <summary>Instead of manifests: a list with <c>AUDIO TAB FEATURES.npy</c> on each line, or with audio alone.</summary>
    public string? TrainFiles { get; init; }

    /// <summary>The same for validation.</summary>
    public string? ValidFiles { get; init; }

    /// <summary>
    /// Whose features the first quantiser learns: a HuBERT model of any form, <c>mfcc</c>, or <c>none</c>. Without effect where the
    /// features are given.
    /// </summary>
    public string Teacher { get; init; } = NoTeacher;

    /// <summary>
    /// Which layer of the model, from 1; <c>avg</c> is the mean of all hidden states, the first layer's input among them, and
    /// <c>4:0.5,6:0.5</c> a sum of such with weights (0 is that input).
    /// </summary>
    public string TeacherLayer { get; init; } = AllLayers;

    /// <summary>
    /// Folder of features of both splits as <c>hubert features</c> writes them; null asks the teacher.
    /// </summary>
    public string? FeatureDir { get; init; }

    /// <summary>
    /// <c>true</c> computes the teacher's features once, into the run folder, before the first update; <c>false</c> computes those of a
    /// recording whenever it is read: the same numbers and no disk, but the teacher's work again in every epoch.
    /// </summary>
    public bool CacheTeacher { get; init; } = true;

    /// <summary>Samples per second of the recordings: there is no other rate than 16000.</summary>
    [Between(1, 1_000_000), Unit("samples per second")]
    public int SampleRate { get; init; } = SamplingRate.Hz;

    /// <summary>What is taken of a recording at a time; shorter ones are padded.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int SegmentSize { get; init; } = 48000;

    /// <summary>Shortest utterance in samples; a shorter one is left out. Null keeps all.</summary>
    [Between(0, int.MaxValue), Unit("samples")]
    public int? MinSampleSize { get; init; }

    /// <summary>What is heard of a recording in validation.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int ValidSegmentSize { get; init; } = 30 * SamplingRate.Hz;

    /// <summary>
    /// <c>repaired</c>: what is described here. <c>released</c>: what the released program really does, its faults included, to compare
    /// with it (see docs/tokenizer.md).
    /// </summary>
    [Choices(Repaired, Released)]
    public string Parity { get; init; } = Repaired;

    /// <summary>Whether the released program's faults are kept.</summary>
    public bool IsReleased() => Parity == Released;

    /// <summary>Whether a teacher has to be asked for features.</summary>
    public bool HasTeacher() => Teacher != NoTeacher;
}
