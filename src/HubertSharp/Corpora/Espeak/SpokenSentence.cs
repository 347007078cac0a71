using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Espeak;

/// <summary>A sentence as espeak-ng spoke it.</summary>
/// <param name="Number">Its place among those of its language.</param>
/// <param name="Speaker">Who spoke it.</param>
/// <param name="Sentence">What was to be spoken.</param>
/// <param name="Pcm">Samples at espeak-ng's rate.</param>
/// <param name="Phones">Phones with their samples there.</param>
internal sealed record SpokenSentence(int Number, EspeakSpeaker Speaker, string Sentence, short[] Pcm, CorpusSegment[] Phones)
{
    private const float NoiseLevel = 3f / 32768f;

    /// <summary>Resamples and writes it; a pure function of the arguments.</summary>
    public CorpusUtterance Write(string audio, int rate, long seed)
    {
        var path = $"{Speaker.Language}/{Speaker.Name}_{Number:00000}.flac";
        var noise = new SeededRandom(SeededRandom.Derive((ulong)seed, ((ulong)Speaker.Language[0] << 32) + (ulong)Number));
        var speech = To16k(Pcm, rate, noise);
        CorpusAudio.Write(Path.Combine(audio, path), speech);
        return new CorpusUtterance(path, speech.Length, Speaker.Language, Speaker.Name, Words(Speaker.Language, Sentence),
            To16k(Phones, rate, speech.Length));
    }

    // Faint noise over all of it: pauses of exact zeros would be a cluster of their own.
    private static short[] To16k(short[] pcm, int rate, SeededRandom random)
    {
        var samples = Resampler.To16k(Array.ConvertAll(pcm, s => s / 32768f), rate);
        for (var i = 0; i < samples.Length; i++)
            samples[i] += random.NextGaussian() * NoiseLevel;
        return Pcm16Writer.Round(samples);
    }

    private static CorpusSegment[] To16k(CorpusSegment[] phones, int rate, int length)
    {
        long At(long sample) => Math.Min(length, ((sample * AudioFile.SampleRate * 2) + rate) / (2 * rate));
        return [.. phones.Select(p => new CorpusSegment(p.Label, At(p.StartSample), At(p.EndSample)))
            .Where(p => p.EndSample > p.StartSample)];
    }

    /// <summary>English words in capitals; Mandarin syllables in pinyin with the tone's digit.</summary>
    internal static IReadOnlyList<string> Words(string language, string sentence)
    {
        if (language == "en")
            return SpokenEnglish.Words(sentence);
        var words = new List<string>();
        var from = 0;
        for (var i = 0; i < sentence.Length; i++)
        {
            if (char.IsAsciiLetter(sentence[i]))
                continue;
            if (char.IsAsciiDigit(sentence[i]))
                words.Add(sentence[from..(i + 1)]);
            from = i + 1;
        }
        return words;
    }
}
