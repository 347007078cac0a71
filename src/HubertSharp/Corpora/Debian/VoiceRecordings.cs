using HubertSharp.Audio;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>Writes the recordings of a voice into a corpus: 16 kHz mono, as loud as they are.</summary>
internal static class VoiceRecordings
{
    private const int ShortestSamples = 8000; // half a second
    private const int FilesPerPart = 48;

    /// <summary>Decodes and writes; recordings below half a second and silent ones are left out.</summary>
    public static CorpusUtterance[] Write(
        PackagedVoice voice, IReadOnlyList<(string Path, string Name)> found, IReadOnlyDictionary<string, IReadOnlyList<string>> said,
        string audioFolder, Action<int> wrote, CancellationToken cancellation)
    {
        var utterances = new CorpusUtterance?[found.Count];
        using var work = WorkFolder.In(audioFolder, "raw");
        Directory.CreateDirectory(Path.Combine(audioFolder, voice.Language));
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(found.Chunk(FilesPerPart).Index(), options, part =>
        {
            foreach (var (i, pcm) in Decode(voice, work, [.. part.Item.Select(r => r.Path)], cancellation).Index())
            {
                var name = part.Item[i].Name;
                if (pcm.Length < ShortestSamples || !pcm.AsSpan().ContainsAnyExcept(pcm[0]))
                    continue;
                var path = $"{voice.Language}/{voice.Speaker}_{name.Replace("/", "__", StringComparison.Ordinal)}.flac";
                CorpusAudio.Write(Path.Combine(audioFolder, path), pcm);
                utterances[(part.Index * FilesPerPart) + i] =
                    new CorpusUtterance(path, pcm.Length, voice.Language, voice.Speaker, said.GetValueOrDefault(name, []), []);
            }
            wrote(part.Item.Length);
        });
        return [.. utterances.OfType<CorpusUtterance>()];
    }

    private static IEnumerable<short[]> Decode(PackagedVoice voice, WorkFolder work, string[] files, CancellationToken cancellation) =>
        voice.Codec is { } codec
            ? new RawPrompts(codec, work).Decode(work.FullName, files, cancellation)
            : files.Select(file => Pcm16Writer.Round(AudioFile.Read(file, cancellation)));
}
