using System.Collections.Concurrent;
using HubertSharp.Audio;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Corpora.Debian;

/// <summary>
/// The Mandarin syllables of Debian's gcin-voice package: one folder per zhuyin syllable, in it one Ogg file per speaker.
/// </summary>
internal static class GcinSyllables
{
    /// <summary>Decodes one speaker's syllables, in ordinal order of their labels.</summary>
    public static SyllableClip[] Read(string unpacked, string speaker, Action<int> read, CancellationToken cancellation)
    {
        var folder = Path.Combine(unpacked, "usr", "share", "gcin-voice", "ogg");
        if (!Directory.Exists(folder))
            throw CorpusFaults.PackageLacks(unpacked, "Mandarin syllables");
        var clips = new ConcurrentBag<SyllableClip>();
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Directory.GetDirectories(folder), options, syllable =>
        {
            var file = Path.Combine(syllable, $"{speaker}.ogg");
            if (!File.Exists(file))
                return;
            clips.Add(new SyllableClip(CompatibilityForm.Of(Path.GetFileName(syllable)), AudioFile.Read(file, cancellation)));
            read(1);
        });
        if (clips.IsEmpty)
            throw CorpusFaults.PackageLacks(unpacked, $"syllables of speaker {speaker}");
        return [.. clips.OrderBy(clip => clip.Label, StringComparer.Ordinal)];
    }
}

/// <summary>A recording of one syllable.</summary>
/// <param name="Label">Zhuyin with the tone digit (<c>ㄇㄚ3</c>; no digit: first tone).</param>
/// <param name="Samples">[S] float32 at 16 kHz.</param>
internal sealed record SyllableClip(string Label, float[] Samples);
