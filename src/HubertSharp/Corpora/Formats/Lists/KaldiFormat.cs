using System.Globalization;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// Kaldi's data folders: <c>wav.scp</c>, and where they are there <c>segments</c>, <c>text</c>, <c>utt2spk</c>, <c>utt2dur</c>,
/// <c>utt2lang</c> and <c>spk2gender</c>. A folder of such folders has a part in each: <c>train</c>, <c>dev</c>, <c>test</c>. Commands that
/// do nothing but decode a file are taken for that file.
/// </summary>
/// <remarks>Memory: at most 200 bytes per byte of the file, and 1 MiB.</remarks>
internal static class KaldiFormat
{
    private const string Recordings = "wav.scp";
    private const string SegmentLine = "UTTERANCE RECORDING START END, times in seconds, and a channel from 0 or nothing";

    public static bool Matches(string root) => Folders(root).Length > 0;

    public static SpeechListing List(string root, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var folders = Folders(root);
        if (folders.Length == 0)
            throw CorpusFaults.MissingTranscripts("Kaldi", Path.Combine(root, Recordings));
        var known = folders.Length == 1 ? folders : [.. folders.Where(f => PartNames.Of(Path.GetFileName(f)) is not null)];
        var (files, segments, leftOut) =
            (new List<SpeechFile>(), new List<(SpeechFile, SpeechPiece)>(), new List<(string, string)>());
        var notes = new List<string>();
        if (known.Length < folders.Length)
            notes.Add(LayoutFaults.UnknownParts([.. folders.Except(known).Select(f => Path.GetFileName(f))]));
        var sexes = new Dictionary<string, string>(StringComparer.Ordinal);
        var archives = new KaldiArchives(output);
        var isCut = known.Any(f => File.Exists(Path.Combine(f, "segments")) || TakesChannels(f));
        var names = new PieceNames();
        foreach (var folder in known)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = known.Length == 1 ? null : PartNames.Of(Path.GetFileName(folder));
            var recordings = ReadRecordings(folder, isCut ? null : archives, cancellation);
            var about = new About(folder, part);
            if (isCut)
                AddSegments(folder, recordings, about, names, segments, leftOut);
            else
                files.AddRange(recordings.Select(r => about.File(r.Value.Path, r.Key)));
            foreach (var (speaker, sex) in KeyedLines.Read(Path.Combine(folder, "spk2gender")))
                sexes[speaker] = sex;
            notes.AddRange(about.Notes(folder));
        }
        archives.List();
        var listing = isCut
            ? SpeechListing.Cut(output, segments, progress, cancellation)
            : SpeechListing.Whole([.. files.DistinctBy(f => f.RelativePath)]);
        return listing with { LeftOut = [.. leftOut, .. listing.LeftOut], Notes = [.. notes, .. listing.Notes], Sexes = sexes };
    }

    private static string[] Folders(string root) => File.Exists(Path.Combine(root, Recordings))
        ? [root]
        : [.. SpeechFolder.FoldersIn(root).Where(f => File.Exists(Path.Combine(f, Recordings)))];

    // of two, say: sph2pipe -c 2
    private static bool TakesChannels(string folder) =>
        KeyedLines.Of(Path.Combine(folder, Recordings)).Any(line => KaldiCommands.Decoded(line.Rest) is { Channel: not null });

    private static Dictionary<string, (string Path, int? Channel)> ReadRecordings(
        string folder, KaldiArchives? archives, CancellationToken cancellation)
    {
        var (list, found) = (Path.Combine(folder, Recordings), new Dictionary<string, (string, int?)>(StringComparer.Ordinal));
        var places = new KaldiPlaces(folder);
        foreach (var line in KeyedLines.Of(list))
        {
            var (rest, channel) = KaldiCommands.Decoded(line.Rest) ?? (line.Rest, null);
            if (rest.EndsWith('|') || rest.StartsWith('|') || rest == "-")
                throw LayoutFaults.Pipe(list, line.Number, line.Rest);
            if (rest.Length == 0 || rest.Contains('\0'))
                throw LayoutFaults.Malformed(list, line.Number, "NAME PATH", line.Key);
            var path = KaldiArchives.Within(rest, places) is not { } archive ? places.Of(rest, list, line.Number)
                : archives is null ? KaldiArchives.Place(archive, line, list)
                : archives.TakeOut(archive, line, list, cancellation);
            if (!found.TryAdd(line.Key, (path, channel)) && found[line.Key] != (path, channel))
                throw LayoutFaults.Twice(list, line.Number, line.Key);
        }
        return found;
    }

    private static void AddSegments(
        string folder, Dictionary<string, (string Path, int? Channel)> recordings, About about, PieceNames names,
        List<(SpeechFile, SpeechPiece)> segments, List<(string, string)> leftOut)
    {
        var list = Path.Combine(folder, "segments");
        if (!File.Exists(list)) // beside a part that has them
        {
            segments.AddRange(recordings.Select(r =>
                (about.File("", r.Key), new SpeechPiece(names.Take(about.Below(r.Key), ".flac"), r.Value.Path, 0, null)
                {
                    Channel = r.Value.Channel,
                })));
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in KeyedLines.Of(list))
        {
            var columns = line.Rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var channel = -1; // as Kaldi has it: none is named
            if (columns.Length is not (3 or 4) || Seconds(columns[1]) is not { } start || Seconds(columns[2]) is not { } end
                || (columns.Length == 4 && !(int.TryParse(columns[3], CultureInfo.InvariantCulture, out channel) && channel >= -1)))
                throw LayoutFaults.Malformed(list, line.Number, SegmentLine, $"{line.Key} {line.Rest}");
            if (!seen.Add(line.Key))
                throw LayoutFaults.Twice(list, line.Number, line.Key);
            if (!recordings.TryGetValue(columns[0], out var source))
            {
                leftOut.Add((line.Key, LayoutFaults.UnknownRecording(Path.Combine(folder, Recordings), columns[0])));
                continue;
            }
            var name = names.Take(about.Below($"{columns[0]}/{line.Key}"), ".flac");
            var piece = new SpeechPiece(name, source.Path, start, end < 0 ? null : end)
            {
                Channel = source.Channel ?? (channel < 0 ? null : channel), // a command leaves no other
            };
            segments.Add((about.File("", line.Key), piece));
        }
    }

    private static double? Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? seconds
            : null;

    /// <summary>What the other lists of a folder say of its utterances.</summary>
    private sealed class About(string folder, string? part)
    {
        private readonly Dictionary<string, string> _texts = KeyedLines.Read(Path.Combine(folder, "text"));
        private readonly Dictionary<string, string> _speakers = KeyedLines.Read(Path.Combine(folder, "utt2spk"));
        private readonly Dictionary<string, string> _languages = KeyedLines.Read(Path.Combine(folder, "utt2lang"));
        private readonly Dictionary<string, string> _lengths = KeyedLines.Read(Path.Combine(folder, "utt2dur"));
        private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

        public string Below(string name) => part is null ? name : $"{part}/{name}";

        public SpeechFile File(string path, string utterance)
        {
            _asked.Add(utterance);
            return new SpeechFile(path, _texts.GetValueOrDefault(utterance), part, _languages.GetValueOrDefault(utterance),
                _speakers.GetValueOrDefault(utterance))
            {
                ToldSeconds = _lengths.TryGetValue(utterance, out var told) ? Seconds(told) : null,
            };
        }

        public IEnumerable<string> Notes(string of)
        {
            var without = _texts.Keys.Where(key => !_asked.Contains(key)).ToArray();
            return without.Length == 0 ? [] : [$"{Path.Combine(of, "text")}: {LayoutFaults.WithoutAudio(without.Length, without[0])}"];
        }
    }
}
