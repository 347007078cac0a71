using HubertSharp.Corpora.Formats.Lists;
using HubertSharp.Corpora.Formats.Segmented;
using HubertSharp.Corpora.Formats.Shards;
using HubertSharp.Corpora.Formats.Tables;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats;

/// <summary>The layouts of public corpora that <c>hubert manifest</c> knows.</summary>
internal static class SpeechFormats
{
    /// <summary>Look at the folder and choose.</summary>
    public const string Auto = "auto";
    internal const string Plain = "plain";
    internal const string LibriSpeech = "librispeech";
    internal const string Aishell = "aishell";
    internal const string CommonVoice = "commonvoice";
    internal const string WenetSpeech = "wenetspeech";
    internal const string GigaSpeech = "gigaspeech";
    internal const string Kaldi = "kaldi";
    internal const string Lhotse = "lhotse";
    internal const string LibriLight = "librilight";
    internal const string Tar = "tar";
    internal const string Parquet = "parquet";
    internal const string Table = "table";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Auto, LibriSpeech, LibriLight, Aishell, WenetSpeech, GigaSpeech, CommonVoice, Kaldi, Lhotse, Tar, Parquet, Table, Plain];

    // the first that matches: those that only they can be first, those that another may look like behind it
    private static readonly (string Name, Func<string, bool> Matches)[] s_known =
    [
        (WenetSpeech, root => File.Exists(Path.Combine(root, WenetSpeechFormat.IndexFile))),
        (GigaSpeech, root => File.Exists(Path.Combine(root, GigaSpeechFormat.IndexFile))),
        (CommonVoice, CommonVoiceFormat.Matches),
        (Aishell, root => AishellFormat.FindTranscripts(root).Count > 0), // AISHELL-2 has a wav.scp, too
        (Kaldi, KaldiFormat.Matches),
        (Lhotse, LhotseFormat.Matches),
        (LibriSpeech, LibriSpeechFormat.Matches),
        (LibriLight, LibriLightFormat.Matches),
        (Parquet, ParquetFormat.Matches),
        (Table, TableFormat.Matches),
        (Tar, TarFormat.Matches),
    ];

    /// <summary>The format that a place looks like.</summary>
    internal static string Detect(SpeechPlace place)
    {
        var root = place.Root;
        if (place.File is { } file)
            return OfFile(file) ?? Plain;
        return s_known.FirstOrDefault(layout => layout.Matches(root)).Name ?? Plain;
    }

    /// <summary>The layout of which a single file is the list; null where it is none.</summary>
    internal static string? OfFile(string path) =>
        SpeechFolder.HasEnding(path, TarFormat.Endings) ? Tar
        : SpeechFolder.HasEnding(path, ParquetFormat.Endings) ? Parquet
        : SpeechFolder.HasEnding(path, LhotseFormat.Endings) && !TableRows.Matches(path) ? Lhotse
        : TableFormat.CanBe(path) ? Table
        : null;

    /// <summary>The files of a place with what the format tells about them.</summary>
    /// <param name="format">One of <see cref="Names"/>.</param>
    /// <param name="place">The folder, or the list in it.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="other">Told the name of every file of a plain folder that does not end like audio.</param>
    /// <param name="progress">Counts what is cut or taken out.</param>
    /// <param name="cancellation">Ends the search.</param>
    internal static SpeechListing List(
        string format, SpeechPlace place, ManifestOptions options, Action<string> other, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var (root, output) = (place.Root, Path.GetFullPath(options.Output));
        return format switch
        {
            LibriSpeech => LibriSpeechFormat.List(root, cancellation),
            Aishell => AishellFormat.List(root, cancellation),
            CommonVoice => CommonVoiceFormat.List(root),
            WenetSpeech => WenetSpeechFormat.List(root, output, options.Subset, progress, cancellation),
            GigaSpeech => GigaSpeechFormat.List(root, output, options.Subset, progress, cancellation),
            Kaldi => KaldiFormat.List(root, output, progress, cancellation),
            Lhotse => LhotseFormat.List(place, output, progress, cancellation),
            LibriLight => LibriLightFormat.List(root, cancellation),
            Tar => TarFormat.List(place, output, progress, cancellation),
            Parquet => ParquetFormat.List(place, output, progress, cancellation),
            Table => TableFormat.List(place, options, cancellation),
            Plain => new SpeechListing(
                root, SpeechFiles.Of(SpeechFolder.Walk(root, IsAudio, cancellation).Select(path => new SpeechFile(path)))),
            _ => throw CorpusFaults.UnknownFormat(format, Names),
        };

        bool IsAudio(string name)
        {
            var isAudio = SpeechFolder.HasEnding(name, options.Extensions);
            if (!isAudio)
                other(name);
            return isAudio;
        }
    }
}
