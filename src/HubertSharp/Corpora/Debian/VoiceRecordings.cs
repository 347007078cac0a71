using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>Writes the recordings of a voice into a corpus: 16 kHz mono, as loud as they are.</summary>
internal static class VoiceRecordings
{
    private const int ShortestSamples = 8000; // half a second
    private const int FilesPerPart = 48;

    /// <summary>Decodes and writes; recordings below half a second, silent ones and damaged ones are left out.</summary>
    /// <returns>What was written, and name and reason of what was left out, both in the order of the names.</returns>
    public static (CorpusUtterance[] Utterances, (string Name, string Reason)[] LeftOut) Write(
        PackagedVoice voice, IReadOnlyList<(string Path, string Name)> found, IReadOnlyDictionary<string, IReadOnlyList<string>> said,
        string audioFolder, Action<int> wrote, CancellationToken cancellation)
    {
        var reasons = new string?[found.Count];
        var utterances = new CorpusUtterance?[found.Count];
        using var work = WorkFolder.In(audioFolder, "raw");
        Directory.CreateDirectory(Path.Combine(audioFolder, voice.Language));
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(found.Chunk(FilesPerPart).Index(), options, part =>
        {
            foreach (var (i, pcm) in Decode(voice, work, [.. part.Item.Select(r => r.Path)], cancellation).Index())
            {
                var (name, number) = (part.Item[i].Name, (part.Index * FilesPerPart) + i);
                reasons[number] = pcm is null ? "damaged" : pcm.Length < ShortestSamples ? "below half a second"
                    : !pcm.AsSpan().ContainsAnyExcept(pcm[0]) ? "silent" : null;
                if (pcm is null || reasons[number] is not null)
                    continue;
                var path = $"{voice.Language}/{voice.Speaker}_{name.Replace("/", "__", StringComparison.Ordinal)}.flac";
                CorpusAudio.Write(Path.Combine(audioFolder, path), pcm);
                utterances[number] = new CorpusUtterance(path, pcm.Length, voice.Language, voice.Speaker,
                    said.GetValueOrDefault(name, []), []);
            }
            wrote(part.Item.Length);
        });
        return ([.. utterances.OfType<CorpusUtterance>()],
            [.. found.Select((recording, i) => (recording.Name, Reason: reasons[i]!)).Where(r => r.Reason is not null)]);
    }

    private static IEnumerable<short[]?> Decode(PackagedVoice voice, WorkFolder work, string[] files, CancellationToken cancellation) =>
        voice.Codec is { } codec
            ? new RawPrompts(codec, work).Decode(work.FullName, files, cancellation)
            : files.Select(file => Read(file, cancellation));

    // A package that came whole may hold a damaged file: fillets-ng-data-nl has one without samples.
    private static short[]? Read(string file, CancellationToken cancellation)
    {
        try
        {
            return Pcm16Writer.Round(AudioFile.Read(file, cancellation));
        }
        catch (UserException e) when (e.InnerException is not DllNotFoundException) // a missing library is no fault of the file
        {
            return null;
        }
    }
}
