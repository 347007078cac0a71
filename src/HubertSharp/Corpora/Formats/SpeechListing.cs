using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats;

/// <summary>What a layout holds.</summary>
/// <param name="Root">The folder below which the files lie.</param>
/// <param name="Files">In ordinal order of their paths.</param>
internal sealed record SpeechListing(string Root, IReadOnlyList<SpeechFile> Files)
{
    /// <summary>What is named and cannot be taken, with the reason.</summary>
    public IReadOnlyList<(string File, string Reason)> LeftOut { get; init; } = [];

    /// <summary>What the user should know of the corpus, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the layout says of its speakers, for <c>speakers.tsv</c>.</summary>
    public IReadOnlyDictionary<string, string> Sexes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Recordings where they lie: the root is the innermost folder that has all of them. One that comes twice is one.</summary>
    /// <param name="files">With absolute paths.</param>
    public static SpeechListing Whole(IEnumerable<SpeechFile> files)
    {
        var all = SpeechFiles.Of(files, isDistinct: true);
        return new SpeechListing(all.Count == 0 ? "/" : all.TakeRoot(), all);
    }

    /// <summary>Segments, each cut into a file of its own in the output folder.</summary>
    public static SpeechListing Cut(
        string output, IReadOnlyList<(SpeechFile File, SpeechPiece Piece)> segments, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var (faults, shortened) = PieceCutter.Cut(output, [.. segments.Select(s => s.Piece)], progress, cancellation);
        return new SpeechListing(Path.Combine(output, CorpusFolder.Audio),
            SpeechFiles.Of(segments.Where((_, i) => faults[i] is null).Select(s => s.File with { RelativePath = s.Piece.RelativePath })))
        {
            LeftOut = [.. segments.Zip(faults).Where(s => s.Second is not null).Select(s => (s.First.Piece.RelativePath, s.Second!))],
            Notes = shortened == 0 ? [] : [LayoutFaults.Shortened(shortened)],
        };
    }
}
