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
    private const string SegmentLine = "UTTERANCE RECORDING START END, times in seconds, and a channel from 0 or nothing";

    public static bool Matches(string root) => Folders(root).Length > 0;

    public static SpeechListing List(string root, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var folders = Folders(root);
        if (folders.Length == 0)
            throw CorpusFaults.MissingTranscripts("Kaldi", Path.Combine(root, KaldiRecordings.Name));
        var known = folders.Length == 1 ? folders : [.. folders.Where(f => PartNames.Of(Path.GetFileName(f)) is not null)];
        var (segments, leftOut) = (new List<(SpeechFile, SpeechPiece)>(), new List<(string, string)>());
        var notes = new List<string>();
        if (known.Length < folders.Length)
            notes.Add(LayoutFaults.UnknownParts([.. folders.Except(known).Select(f => Path.GetFileName(f))]));
        var sexes = new Dictionary<string, string>(StringComparer.Ordinal);
        KaldiRecordings[] recordings = [.. known.Select(folder => KaldiRecordings.Read(folder, cancellation))];
        var isCut = known.Any(f => File.Exists(Path.Combine(f, "segments"))) || recordings.Any(list => list.TakesChannels);
        var archives = new KaldiArchives(output);
        var names = new PieceNames();
        var whole = SpeechListing.Whole(known.Zip(recordings).SelectMany(pair => Listed(pair.First, pair.Second)));
        archives.List();
        var listing = isCut ? SpeechListing.Cut(output, segments, progress, cancellation) : whole;
        return listing with { LeftOut = [.. leftOut, .. listing.LeftOut], Notes = [.. notes, .. listing.Notes], Sexes = sexes };

        // of a folder, the recordings that are utterances as they are; its lists are held no longer than that takes
        IEnumerable<SpeechFile> Listed(string folder, KaldiRecordings list)
        {
            cancellation.ThrowIfCancellationRequested();
            list.Settle(isCut ? null : archives, cancellation);
            var about = new About(folder, known.Length == 1 ? null : PartNames.Of(Path.GetFileName(folder)));
            if (isCut)
                AddSegments(folder, list, about, names, segments, leftOut);
            foreach (var (name, path, _) in isCut ? [] : list.All)
                yield return about.File(path, name);
            foreach (var (speaker, sex) in KeyedLines.Read(Path.Combine(folder, "spk2gender")).All)
                sexes[speaker] = sex;
            notes.AddRange(about.Notes(folder));
        }
    }

    private static string[] Folders(string root) => File.Exists(Path.Combine(root, KaldiRecordings.Name))
        ? [root]
        : [.. SpeechFolder.FoldersIn(root).Where(f => File.Exists(Path.Combine(f, KaldiRecordings.Name)))];

    private static void AddSegments(
        string folder, KaldiRecordings recordings, About about, PieceNames names, List<(SpeechFile, SpeechPiece)> segments,
        List<(string, string)> leftOut)
    {
        var list = Path.Combine(folder, "segments");
        if (!File.Exists(list)) // beside a part that has them
        {
            segments.AddRange(recordings.All.Select(r =>
                (about.File("", r.Name), new SpeechPiece(names.Take(about.Below(r.Name), ".flac"), r.Path, 0, null)
                {
                    Channel = r.Channel,
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
            if (recordings.Find(columns[0]) is not { } source)
            {
                leftOut.Add((line.Key, LayoutFaults.UnknownRecording(Path.Combine(folder, KaldiRecordings.Name), columns[0])));
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
        private readonly KeyedTexts _texts = KeyedLines.Read(Path.Combine(folder, "text"));
        private readonly KeyedTexts _speakers = KeyedLines.Read(Path.Combine(folder, "utt2spk"));
        private readonly KeyedTexts _languages = KeyedLines.Read(Path.Combine(folder, "utt2lang"));
        private readonly KeyedTexts _lengths = KeyedLines.Read(Path.Combine(folder, "utt2dur"));

        public string Below(string name) => part is null ? name : $"{part}/{name}";

        public SpeechFile File(string path, string utterance) =>
            new(path, _texts.Ask(utterance), part, _languages.Ask(utterance), _speakers.Ask(utterance))
            {
                ToldSeconds = _lengths.Ask(utterance) is { } told ? Seconds(told) : null,
            };

        public IEnumerable<string> Notes(string of) =>
            LayoutFaults.Unheard(_texts).Select(note => $"{Path.Combine(of, "text")}: {note}");
    }
}
