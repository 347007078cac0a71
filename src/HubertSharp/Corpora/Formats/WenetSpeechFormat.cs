using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// WenetSpeech: hours-long Opus files and <c>WenetSpeech.json</c>, which names the segments with transcripts. A manifest has whole
/// files only, so each segment becomes a FLAC file in the output folder; those that are there already are kept.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
internal static class WenetSpeechFormat
{
    public const string IndexFile = "WenetSpeech.json";
    private const int MostBufferBytes = 256 << 20; // of one recording's segments
    private const string CutFolder = "audio";

    /// <summary>Cuts every segment and returns the new root with the files.</summary>
    public static (string Root, IReadOnlyList<SpeechFile> Files) Cut(
        string root, string output, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var index = Path.Combine(root, IndexFile);
        if (!File.Exists(index))
            throw CorpusFaults.MissingTranscripts("WenetSpeech", index);
        var audio = Path.Combine(output, CutFolder);
        var files = new List<SpeechFile>();
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(Recordings(index), parallel, recording =>
            {
                foreach (var segment in Segments(root, index, recording))
                {
                    var place = Path.Combine(audio, segment.File.RelativePath);
                    if (!File.Exists(place))
                        AudioFile.Write(place, AudioFile.Read(segment.Source, segment.Start, segment.Count, cancellation),
                            AudioFile.SampleRate);
                    lock (files)
                    {
                        files.Add(segment.File);
                        progress?.Report(new StageProgress(files.Count, 0, "segments"));
                    }
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<UserException>().FirstOrDefault() is { } fault)
        {
            throw fault;
        }
        return (audio, [.. files.OrderBy(f => f.RelativePath, StringComparer.Ordinal)]);
    }

    private static IEnumerable<(string Source, long Start, int Count, SpeechFile File)> Segments(
        string root, string index, JsonElement recording)
    {
        var id = Text(index, recording, "aid");
        var source = Path.GetFullPath(Path.Combine(root, Text(index, recording, "path")));
        if (!source.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw CorpusFaults.BadTranscripts(index, $"the path '{source}' outside the folder");
        if (!recording.TryGetProperty("segments", out var segments) || segments.ValueKind != JsonValueKind.Array)
            throw CorpusFaults.BadTranscripts(index, $"recording {id} without segments");
        foreach (var segment in segments.EnumerateArray())
        {
            var name = Text(index, segment, "sid");
            double begin = Seconds(index, segment, "begin_time"), end = Seconds(index, segment, "end_time");
            if (!(begin >= 0 && end > begin && end - begin < 3600))
                throw CorpusFaults.BadTranscripts(index, $"segment {name} from {begin} to {end} s");
            foreach (var part in new[] { id, name })
            {
                if (part.Length == 0 || part.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
                    throw CorpusFaults.BadTranscripts(index, $"the name '{part}'");
            }
            var start = (long)Math.Round(begin * AudioFile.SampleRate);
            yield return (source, start, (int)((long)Math.Round(end * AudioFile.SampleRate) - start),
                new SpeechFile($"{id}/{name}.flac", Text(index, segment, "text"), Split(segment), "zh"));
        }
    }

    private static string Split(JsonElement segment)
    {
        var subsets = segment.TryGetProperty("subsets", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!).ToArray()
            : [];
        return subsets.Contains("DEV") ? "valid" : subsets.Any(s => s.StartsWith("TEST", StringComparison.Ordinal)) ? "test" : "train";
    }

    private static string Text(string index, JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Trim()
            : throw CorpusFaults.BadTranscripts(index, $"an entry without the text '{name}'");

    private static double Seconds(string index, JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            ? seconds
            : throw CorpusFaults.BadTranscripts(index, $"a segment without the number '{name}'");

    // The index has gigabytes: one recording after the other, never the whole.
    private static IEnumerable<JsonElement> Recordings(string index)
    {
        using var stream = RegularFile.OpenRead(index);
        var buffer = new byte[1 << 16];
        int filled = 0;
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 32 });
        var inside = false;
        for (var ended = false; !ended;)
        {
            if (filled == buffer.Length)
            {
                if (buffer.Length >= MostBufferBytes)
                    throw CorpusFaults.BadTranscripts(index, "one recording of more than 256 MiB");
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var got = stream.Read(buffer, filled, buffer.Length - filled);
            filled += got;
            ended = got == 0;
            var (found, used) = Take(index, buffer.AsSpan(0, filled), ended, ref state, ref inside);
            foreach (var recording in found)
                yield return recording;
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
        }
    }

    private static (List<JsonElement> Found, int Used) Take(
        string index, ReadOnlySpan<byte> bytes, bool ended, ref JsonReaderState state, ref bool inside)
    {
        var found = new List<JsonElement>();
        var reader = new Utf8JsonReader(bytes, ended, state);
        long used = 0;
        try
        {
            while (true)
            {
                var before = reader;
                if (!reader.Read())
                    break;
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                    inside = reader.ValueTextEquals("audios");
                if (inside && reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!JsonDocument.TryParseValue(ref reader, out var recording))
                    {
                        reader = before;
                        break;
                    }
                    using (recording)
                        found.Add(recording.RootElement.Clone());
                }
            }
        }
        catch (JsonException e)
        {
            throw CorpusFaults.BadTranscripts(index, e.Message);
        }
        used = reader.BytesConsumed;
        state = reader.CurrentState;
        return (found, (int)used);
    }
}
