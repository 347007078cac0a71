using HubertSharp.Corpora.Formats;

namespace HubertSharp.Corpora;

/// <summary>What <c>hubert manifest</c> is asked for.</summary>
public sealed record ManifestOptions
{
    /// <summary>The folder with the audio, or a list or archive that a layout knows by its ending.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the manifests and transcripts go.</summary>
    public required string Output { get; init; }

    /// <summary>One of <see cref="SpeechFormats.Names"/>.</summary>
    public string Format { get; init; } = SpeechFormats.Auto;

    /// <summary>Endings of audio files, without the dot; only the plain format looks for files by them.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
    [
        "flac", "wav", "ogg", "oga", "ogx", "opus", "spx", "mp3", "mp2", "m4a", "m4b", "m4r", "aac", "adts", "ac3", "eac3", "dts", "mlp",
        "g722", "gsm", "amr", "awb", "3gp", "3g2", "aiff", "aif", "aifc", "au", "snd", "sph", "nist", "sf", "ircam", "paf", "pvf", "svx",
        "caf", "w64", "rf64", "voc", "wma", "asf", "ape", "mpc", "wv", "tta", "tak", "shn", "ra", "rm", "oma", "dsf", "mp4", "m4v", "mov",
        "mpg", "mpeg", "mkv", "mka", "webm", "weba", "ogv", "wmv", "avi", "flv", "nut",
    ];

    /// <summary>Share of the files for <c>valid.tsv</c> where the format has no parts of its own; 0 writes no <c>valid.tsv</c>.</summary>
    public double ValidPercent { get; init; } = 0.01;

    /// <summary>
    /// Speakers of whom every file goes to <c>valid.tsv</c>, and no other: a number of speakers, chosen by <see cref="Seed"/>, or names
    /// with commas between them (a comma behind a single name). Null splits by files, or where <see cref="SpeakerFrom"/> is given by
    /// speakers until <see cref="ValidPercent"/> of the files is reached.
    /// </summary>
    public string? ValidSpeakers { get; init; }

    /// <summary>
    /// Regular expression that finds the speaker in a file's path below the folder: its group named <c>speaker</c>, its first group, or
    /// all that it matches. Null takes the speaker that the format tells, else the first folder of the path.
    /// </summary>
    public string? SpeakerFrom { get; init; }

    /// <summary>Decides which files are taken for validation.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Language of all files; null leaves it to the format.</summary>
    public string? Language { get; init; }

    /// <summary>Only this subset of the training segments, where the layout's index names several (WenetSpeech, GigaSpeech).</summary>
    public string? Subset { get; init; }

    /// <summary>Shorter files are left out. HuBERT needs 400 samples, 25 ms, for one frame.</summary>
    public double MinSeconds { get; init; } = 0.025;

    /// <summary>Fail when a file cannot be used, instead of leaving it out.</summary>
    public bool Strict { get; init; }

    /// <summary>Trust what the headers prove instead of decoding every file: silence and samples that are no numbers go unseen.</summary>
    public bool Quick { get; init; }
}
