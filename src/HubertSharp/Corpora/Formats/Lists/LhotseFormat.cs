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
            : SpeechListing.Whole(_utterances.Select(u => u.File with { RelativePath = u.Piece.Source }));
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
            if (Unusable(recording, path, line) is { } reason)
                _leftOut.Add((id, reason));
            else if (JsonLines.Number(cut, "start") is not { } start || JsonLines.Number(cut, "duration") is not { } seconds)
                throw LayoutFaults.Malformed(path, line, "a cut with 'start' and 'duration'", id);
            else
            {
                JsonElement[] supervisions = [.. JsonLines.List(cut, "supervisions")];
                if (supervisions.Length <= 1)
                    Add(path, id, new Heard(recording, Channel(cut)), start, start + seconds, supervisions.FirstOrDefault(), line);
                foreach (var one in supervisions.Length > 1 ? supervisions : [])
                    AddSupervision(path, new Heard(recording, Channel(one) ?? Channel(cut)), start, one, line);
            }
        }
    }

    private void AddRecordings(string path, CancellationToken cancellation)
    {
        var beside = path.Replace("recordings", "supervisions", StringComparison.OrdinalIgnoreCase);
        var other = beside.EndsWith(".gz", StringComparison.Ordinal) ? beside[..^3] : beside + ".gz";
        var supervisions = File.Exists(beside) ? beside : File.Exists(other) ? other : null;
        var known = new Dictionary<string, JsonElement?>(StringComparer.Ordinal);
        foreach (var (recording, line) in JsonLines.Of(path, cancellation))
        {
            var id = JsonLines.Text(recording, "id", path, line)
                ?? throw LayoutFaults.Malformed(path, line, "a recording with an 'id'", "none");
            var reason = Unusable(recording, path, line);
            if (!known.TryAdd(id, reason is null ? recording : null))
                throw LayoutFaults.Twice(path, (int)line, id);
            if (reason is not null)
                _leftOut.Add((id, reason));
            else if (supervisions is null)
                Add(path, id, new Heard(recording, null), 0, Length(recording) ?? double.PositiveInfinity, default, line);
        }
        if (supervisions is null)
            return;
        foreach (var (one, line) in JsonLines.Of(supervisions, cancellation))
        {
            var of = JsonLines.Text(one, "recording_id", supervisions, line) ?? "";
            if (!known.TryGetValue(of, out var recording))
                _leftOut.Add((Id(one, supervisions, line), LayoutFaults.UnknownRecording(path, of)));
            else if (recording is { } heard)
                AddSupervision(supervisions, new Heard(heard, Channel(one)), 0, one, line);
        }
    }

    private void AddSupervision(string path, Heard heard, double offset, JsonElement supervision, long line)
    {
        var id = Id(supervision, path, line);
        if (JsonLines.Number(supervision, "start") is not { } start || JsonLines.Number(supervision, "duration") is not { } seconds)
            throw LayoutFaults.Malformed(path, line, "a supervision with 'start' and 'duration'", id);
        Add(path, id, heard, offset + start, offset + start + seconds, supervision, line);
    }

    private void Add(string path, string id, Heard heard, double start, double end, JsonElement supervision, long line)
    {
        if (!_seen.Add(id))
            throw LayoutFaults.Twice(path, (int)line, id);
        if (Place(heard) is not (var source, var channel))
        {
            _leftOut.Add((id, LayoutFaults.NotSimple(path, line, Several(heard))));
            return;
        }
        var length = Length(heard.Recording);
        var isWhole = Math.Abs(start) < Rounding && (double.IsPositiveInfinity(end) || (length is { } all && end >= all - Rounding));
        _needsCuts |= !isWhole || channel is not null;
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
            new SpeechPiece(_names.Take(part is null ? id : $"{part}/{id}", ".flac"), source, Math.Max(0, start), isWhole ? null : end)
            {
                Channel = channel,
            }));
    }

    private static string Id(JsonElement of, string path, long line) =>
        JsonLines.Text(of, "id", path, line) is { Length: > 0 } id
            ? id
            : throw LayoutFaults.Malformed(path, line, "an object with an 'id'", "none");

    private static double? Length(JsonElement recording) => JsonLines.Number(recording, "duration");

    // audio in files, as it is: what commands, addresses and changes of speed would make of it is not ours to make
    private static string? Unusable(JsonElement recording, string path, long line)
    {
        JsonElement[] sources = [.. JsonLines.List(recording, "sources")];
        if (sources.Length == 0)
            return LayoutFaults.NotSimple(path, line, "a recording without sources");
        foreach (var one in sources)
        {
            if (JsonLines.Text(one, "type") != "file"
                || JsonLines.Text(one, "source", path, line) is not { Length: > 0 } source || source.Contains('\0'))
                return LayoutFaults.NotSimple(path, line, $"audio of the type '{JsonLines.Text(one, "type")}'");
        }
        return JsonLines.List(recording, "transforms").Any()
            ? LayoutFaults.NotSimple(path, line, "a recording that is changed on the fly ('transforms')")
            : null;
    }

    // The file with the channel, and the channel's place in it where the file has others too. Without a channel (all, or a list of them)
    // one file is mixed as every file is; several are none.
    private (string Source, int? Channel)? Place(Heard heard)
    {
        JsonElement[] sources = [.. JsonLines.List(heard.Recording, "sources")];
        if (heard.Channel is { } wanted)
        {
            foreach (var one in sources)
            {
                double?[] channels = [.. JsonLines.List(one, "channels").Select(Number)];
                if (Array.IndexOf(channels, wanted) is >= 0 and var at)
                    return (Found(one), channels.Length > 1 ? at : null);
            }
        }
        return sources is [var only] ? (Found(only), null) : null;
    }

    private string Found(JsonElement of)
    {
        var source = JsonLines.Text(of, "source")!;
        return new KaldiPlaces(_root).Find(source) ?? Path.GetFullPath(source, _root);
    }

    private static string Several(Heard heard) =>
        $"{JsonLines.List(heard.Recording, "sources").Count()} files, and "
        + (heard.Channel is { } channel ? $"channel {channel} in none" : "no single channel");

    // one number; a list of several, as of a MultiCut, is nothing that is parted
    private static double? Channel(JsonElement of) =>
        JsonLines.Number(of, "channel") ?? (JsonLines.List(of, "channel").ToArray() is [var one] ? Number(one) : null);

    private static double? Number(JsonElement one) =>
        one.ValueKind == JsonValueKind.Number && one.TryGetDouble(out var number) ? number : null;

    /// <summary>A recording, and the channel of it that is meant; null for all.</summary>
    private readonly record struct Heard(JsonElement Recording, double? Channel);
}
