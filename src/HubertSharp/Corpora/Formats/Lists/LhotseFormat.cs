using System.Text.Json;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// Lhotse's manifests, JSON lines, packed or not: cuts (one utterance for each supervision, or the cut itself), or recordings with their
/// supervisions. Parts are told by the names of the files. Mixed cuts, and audio that is no file, are left out and told.
/// </summary>
/// <remarks>Memory: at most 600 bytes per byte of the file, and 2 MiB.</remarks>
internal sealed class LhotseFormat
{
    /// <summary>Of its files.</summary>
    public static readonly string[] Endings = ["jsonl", "jsonl.gz"];

    private const double Rounding = 0.01; // seconds by which a cut may miss its recording's end and still be all of it
    private readonly string _root;
    private readonly List<(SpeechFile File, SpeechPiece Piece)> _utterances = [];
    private readonly List<(string, string)> _leftOut = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _sexes = new(StringComparer.Ordinal);
    private readonly PieceNames _names = new();
    private bool _needsCuts;

    private LhotseFormat(string root) => _root = root;

    public static bool Matches(string root) => Files(root, "cuts").Count > 0 || Files(root, "recordings").Count > 0;

    public static SpeechListing List(
        SpeechPlace place, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var cuts = place.File is { } given ? [given] : Files(place.Root, "cuts");
        var recordings = cuts.Count > 0 ? [] : Files(place.Root, "recordings");
        if (cuts.Count + recordings.Count == 0)
            throw CorpusFaults.MissingTranscripts("Lhotse", Path.Combine(place.Root, "cuts.jsonl.gz"));
        var several = cuts.Count + recordings.Count > 1;
        if (several && cuts.Concat(recordings).FirstOrDefault(file => PartNames.Of(Path.GetFileName(file)) is null) is not null)
            throw LayoutFaults.NotOne(place.Root, "lists", [.. cuts.Concat(recordings).Select(f => Path.GetFileName(f))]);
        var reading = new LhotseFormat(place.Root);
        foreach (var file in cuts)
            reading.AddCuts(file, cancellation);
        foreach (var file in recordings)
            reading.AddRecordings(file, cancellation);
        return reading.Listing(output, progress, cancellation);
    }

    private static List<string> Files(string root, string kind) =>
        [.. SpeechFolder.FilesIn(root).Where(file => SpeechFolder.HasEnding(file, Endings)
            && Path.GetFileName(file).Contains(kind, StringComparison.OrdinalIgnoreCase))];

    private SpeechListing Listing(string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var listing = _needsCuts
            ? SpeechListing.Cut(output, _utterances, progress, cancellation)
            : SpeechListing.Whole([.. _utterances.Select(u => u.File with { RelativePath = u.Piece.Source })
                .DistinctBy(f => f.RelativePath)]);
        return listing with { LeftOut = [.. _leftOut, .. listing.LeftOut], Sexes = _sexes };
    }

    private void AddCuts(string path, CancellationToken cancellation)
    {
        foreach (var (cut, line) in JsonLines.Of(path, cancellation))
        {
            var id = Id(cut, path, line);
            if (!cut.TryGetProperty("recording", out var recording))
            {
                _leftOut.Add((id, LayoutFaults.NotSimple(path, line, JsonLines.Text(cut, "type") ?? "a cut without a recording")));
                continue;
            }
            var (source, reason) = Source(recording, path, line);
            if (source is null)
                _leftOut.Add((id, reason!));
            else if (JsonLines.Number(cut, "start") is not { } start || JsonLines.Number(cut, "duration") is not { } seconds)
                throw LayoutFaults.Malformed(path, line, "a cut with 'start' and 'duration'", id);
            else
            {
                JsonElement[] supervisions = [.. JsonLines.List(cut, "supervisions")];
                if (supervisions.Length <= 1)
                    Add(path, id, source, start, start + seconds, Length(recording), supervisions.FirstOrDefault(), line);
                foreach (var one in supervisions.Length > 1 ? supervisions : [])
                    AddSupervision(path, source, start, Length(recording), one, line);
            }
        }
    }

    private void AddRecordings(string path, CancellationToken cancellation)
    {
        var beside = path.Replace("recordings", "supervisions", StringComparison.OrdinalIgnoreCase);
        var other = beside.EndsWith(".gz", StringComparison.Ordinal) ? beside[..^3] : beside + ".gz";
        var supervisions = File.Exists(beside) ? beside : File.Exists(other) ? other : null;
        var known = new Dictionary<string, (string? Source, double? Length)>(StringComparer.Ordinal);
        foreach (var (recording, line) in JsonLines.Of(path, cancellation))
        {
            var id = JsonLines.Text(recording, "id", path, line)
                ?? throw LayoutFaults.Malformed(path, line, "a recording with an 'id'", "none");
            var (source, reason) = Source(recording, path, line);
            if (!known.TryAdd(id, (source, Length(recording))))
                throw LayoutFaults.Twice(path, (int)line, id);
            if (source is null)
                _leftOut.Add((id, reason!));
            else if (supervisions is null)
                Add(path, id, source, 0, Length(recording) ?? double.PositiveInfinity, Length(recording), default, line);
        }
        if (supervisions is null)
            return;
        foreach (var (one, line) in JsonLines.Of(supervisions, cancellation))
        {
            var of = JsonLines.Text(one, "recording_id", supervisions, line) ?? "";
            if (!known.TryGetValue(of, out var recording))
                _leftOut.Add((Id(one, supervisions, line), LayoutFaults.UnknownRecording(path, of)));
            else if (recording.Source is { } source)
                AddSupervision(supervisions, source, 0, recording.Length, one, line);
        }
    }

    private void AddSupervision(string path, string source, double offset, double? length, JsonElement supervision, long line)
    {
        var id = Id(supervision, path, line);
        if (JsonLines.Number(supervision, "start") is not { } start || JsonLines.Number(supervision, "duration") is not { } seconds)
            throw LayoutFaults.Malformed(path, line, "a supervision with 'start' and 'duration'", id);
        Add(path, id, source, offset + start, offset + start + seconds, length, supervision, line);
    }

    private void Add(
        string path, string id, string source, double start, double end, double? length, JsonElement supervision, long line)
    {
        if (!_seen.Add(id))
            throw LayoutFaults.Twice(path, (int)line, id);
        var isWhole = Math.Abs(start) < Rounding && (double.IsPositiveInfinity(end) || (length is { } all && end >= all - Rounding));
        _needsCuts |= !isWhole;
        var part = PartNames.Of(Path.GetFileName(path));
        var speaker = JsonLines.Text(supervision, "speaker", path, line);
        if (speaker is not null && JsonLines.Text(supervision, "gender", path, line) is { } sex)
            _sexes[speaker] = sex;
        _utterances.Add((
            new SpeechFile("", JsonLines.Text(supervision, "text", path, line), part,
                LanguageTags.Of(JsonLines.Text(supervision, "language")),
                speaker)
            {
                ToldSeconds = isWhole ? length : null,
            },
            new SpeechPiece(_names.Take(part is null ? id : $"{part}/{id}", ".flac"), source, Math.Max(0, start), isWhole ? null : end)));
    }

    private static string Id(JsonElement of, string path, long line) =>
        JsonLines.Text(of, "id", path, line) is { Length: > 0 } id
            ? id
            : throw LayoutFaults.Malformed(path, line, "an object with an 'id'", "none");

    private static double? Length(JsonElement recording) => JsonLines.Number(recording, "duration");

    // audio of one file, as it is: what commands, addresses and changes of speed would make of it is not ours to make
    private (string? Source, string? Reason) Source(JsonElement recording, string path, long line)
    {
        JsonElement[] sources = [.. JsonLines.List(recording, "sources")];
        if (sources is not [var one] || JsonLines.Text(one, "type") != "file"
            || JsonLines.Text(one, "source", path, line) is not { Length: > 0 } source || source.Contains('\0'))
            return (null, LayoutFaults.NotSimple(path, line,
                sources is [var first, ..] ? $"audio of the type '{JsonLines.Text(first, "type")}'" : "a recording without sources"));
        if (JsonLines.List(recording, "transforms").Any())
            return (null, LayoutFaults.NotSimple(path, line, "a recording that is changed on the fly ('transforms')"));
        return (new KaldiPlaces(_root).Find(source) ?? Path.GetFullPath(source, _root), null);
    }
}
