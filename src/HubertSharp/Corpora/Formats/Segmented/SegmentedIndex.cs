using System.Text.Json;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Segmented;

/// <summary>How one corpus writes its index.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Text">The key of a segment's transcript.</param>
/// <param name="Language">Of recordings that do not say it.</param>
/// <param name="Spoken">The words of a transcript; null for a segment that is no speech.</param>
internal sealed record SegmentedStyle(string Name, string Text, string Language, Func<string, string?> Spoken);

/// <summary>
/// Long recordings with one JSON file that lists their segments (WenetSpeech, GigaSpeech). A manifest has whole files only, so each
/// segment becomes a FLAC file in the output folder. The index is taken as it is: what its times and lengths promise and the audio does
/// not hold is left out and told.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal sealed class SegmentedIndex
{
    private readonly string _root, _index;
    private readonly SegmentedStyle _style;
    private readonly string? _subset;
    private readonly List<(SpeechFile File, SpeechPiece Piece)> _segments = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal), _subsets = new(StringComparer.Ordinal);
    private int _noSpeech, _behindTold;

    private SegmentedIndex(string root, string index, SegmentedStyle style, string? subset) =>
        (_root, _index, _style, _subset) = (root, index, style, subset);

    /// <summary>Cuts every segment and lists the files.</summary>
    /// <exception cref="UserException">No index, or one that is not of this form.</exception>
    public static SpeechListing List(
        string root, string indexFile, SegmentedStyle style, string output, string? subset, IProgress<StageProgress>? progress,
        CancellationToken cancellation)
    {
        var index = new SegmentedIndex(root, Path.Combine(root, indexFile), style, subset);
        if (!File.Exists(index._index))
            throw CorpusFaults.MissingTranscripts(style.Name, index._index);
        foreach (var recording in JsonRecordings.Of(index._index))
        {
            cancellation.ThrowIfCancellationRequested();
            index.Add(recording);
        }
        if (index._segments.Count == 0 && subset is not null)
            throw LayoutFaults.NoSubset(index._index, subset, [.. index._subsets.Order(StringComparer.Ordinal)]);
        var listing = SpeechListing.Cut(output, index._segments, progress, cancellation);
        return listing with { Notes = [.. index.Notes(), .. listing.Notes] };
    }

    private IEnumerable<string> Notes()
    {
        if (_noSpeech > 0)
            yield return LayoutFaults.NoSpeech(_noSpeech);
        if (_behindTold > 0)
            yield return LayoutFaults.BehindTold(_behindTold);
    }

    private void Add(JsonElement recording)
    {
        var id = Text(recording, "aid");
        var source = Path.GetFullPath(Path.Combine(_root, Text(recording, "path")));
        if (!source.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw CorpusFaults.BadTranscripts(_index, $"the path '{source}' outside the folder");
        if (!recording.TryGetProperty("segments", out var segments) || segments.ValueKind != JsonValueKind.Array)
            throw CorpusFaults.BadTranscripts(_index, $"recording {id} without segments");
        var language = Optional(recording, "language")?.ToLowerInvariant() ?? _style.Language;
        var told = recording.TryGetProperty("duration", out var duration) && duration.ValueKind == JsonValueKind.Number
            && duration.TryGetDouble(out var seconds) ? seconds : double.PositiveInfinity;
        foreach (var segment in segments.EnumerateArray())
        {
            var name = Text(segment, "sid");
            foreach (var part in new[] { id, name })
            {
                if (part.Length == 0 || part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
                    throw CorpusFaults.BadTranscripts(_index, $"the name '{part}'");
            }
            if (!_seen.Add($"{id}/{name}"))
                throw CorpusFaults.BadTranscripts(_index, $"the segment {name} twice");
            double begin = Seconds(segment, "begin_time"), end = Seconds(segment, "end_time");
            var subsets = Subsets(segment);
            var split = SplitOf(subsets);
            _subsets.UnionWith(subsets);
            if (_subset is not null && split == CorpusParts.Train && !subsets.Contains(_subset, StringComparer.OrdinalIgnoreCase))
                continue;
            if (_style.Spoken(Text(segment, _style.Text)) is not { } words)
            {
                _noSpeech++;
                continue;
            }
            _behindTold += end > told ? 1 : 0;
            var speaker = Optional(segment, "speaker") is { Length: > 0 } who && who != "N/A" ? who : null;
            _segments.Add((new SpeechFile("", words, split, language, speaker),
                new SpeechPiece($"{id}/{name}.flac", source, begin, end)));
        }
    }

    private static string SplitOf(string[] subsets) =>
        subsets.Contains("DEV") ? CorpusParts.Valid
        : subsets.Any(s => s.StartsWith("TEST", StringComparison.Ordinal)) ? CorpusParts.Test
        : CorpusParts.Train;

    // WenetSpeech writes L, GigaSpeech {L}
    private static string[] Subsets(JsonElement segment) =>
        segment.TryGetProperty("subsets", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!.Trim('{', '}'))]
            : [];

    private string Text(JsonElement of, string name) =>
        Optional(of, name) ?? throw CorpusFaults.BadTranscripts(_index, $"an entry without the text '{name}'");

    private string? Optional(JsonElement of, string name)
    {
        try
        {
            return of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!.Trim()
                : null;
        }
        catch (InvalidOperationException e) // half of a surrogate pair
        {
            throw CorpusFaults.BadTranscripts(_index, PrintableText.Of(e));
        }
    }

    private double Seconds(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            ? seconds
            : throw CorpusFaults.BadTranscripts(_index, $"a segment without the number '{name}'");
}
