using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HubertSharp.Corpora.Espeak;

/// <summary>
/// Speech with the phones that espeak-ng says it speaks, sample by sample: its phoneme events carry the sample where each begins.
/// The callback tells no synthesizer apart, so only one exists at a time.
/// </summary>
internal sealed unsafe class EspeakSynthesizer : IDisposable
{
    private const int MostSamples = 60 * 22050; // a sentence of a minute is none of ours

    private static readonly Lock Single = new();
    private static readonly List<short> Pcm = [];
    private static readonly List<(int Sample, string Phone)> Events = [];

    private readonly EspeakNative _espeak;

    private EspeakSynthesizer(EspeakNative espeak, int rate)
    {
        _espeak = espeak;
        SampleRate = rate;
    }

    /// <summary>In Hz, 22,050 for espeak-ng's own voices.</summary>
    public int SampleRate { get; }

    /// <summary>Loads the library in its first state; waits for another thread's synthesizer to be disposed.</summary>
    public static EspeakSynthesizer Open()
    {
        Single.Enter();
        try
        {
            var espeak = EspeakNative.Load();
            var rate = espeak.Initialize(EspeakNative.OutputSynchronous, 0, 0,
                EspeakNative.OptionPhonemeEvents | EspeakNative.OptionPhonemeIpa | EspeakNative.OptionDontExit);
            if (rate <= 0)
                throw CorpusFaults.EspeakMissing("espeak-ng's voice data");
            espeak.SetSynthCallback(&Take);
            return new EspeakSynthesizer(espeak, rate);
        }
        catch (Exception e)
        {
            Single.Exit();
            throw e is DllNotFoundException ? CorpusFaults.EspeakMissing("the library libespeak-ng") : e;
        }
    }

    /// <summary>Speaks a sentence.</summary>
    /// <returns>Samples at <see cref="SampleRate"/>, and the phones in IPA with their samples there; pauses are no phones.</returns>
    public (short[] Pcm, CorpusSegment[] Phones) Speak(EspeakSpeaker speaker, string text)
    {
        fixed (byte* voice = Encoding.UTF8.GetBytes(speaker.Voice + "\0"))
        {
            if (_espeak.SetVoiceByName(voice) != 0)
                throw CorpusFaults.EspeakVoice(speaker.Voice);
        }
        if (_espeak.SetParameter(EspeakNative.ParameterPitch, speaker.Pitch, 0) != 0
            || _espeak.SetParameter(EspeakNative.ParameterRate, speaker.WordsPerMinute, 0) != 0)
            throw new InvalidOperationException($"espeak-ng refuses pitch {speaker.Pitch} or rate {speaker.WordsPerMinute}");
        Pcm.Clear();
        Events.Clear();
        var bytes = Encoding.UTF8.GetBytes(text + "\0");
        fixed (byte* first = bytes)
        {
            if (_espeak.Synth(first, (nuint)bytes.Length, 0, 1, 0, EspeakNative.CharsUtf8, 0, 0) != 0)
                throw CorpusFaults.EspeakMissing("espeak-ng's voice data");
        }
        return ([.. Pcm], Segments(Events, CollectionsMarshal.AsSpan(Pcm)));
    }

    public void Dispose() => Single.Exit();

    /// <summary>
    /// A phone lasts until the next event. Events in brackets (a change of language) are none; an event without a symbol is a pause,
    /// or, where it sounds (a linking r), a part of the phone before it.
    /// </summary>
    internal static CorpusSegment[] Segments(IReadOnlyList<(int Sample, string Phone)> events, ReadOnlySpan<short> pcm)
    {
        var told = events.Where(e => !e.Phone.StartsWith('(')).ToArray();
        var phones = new List<CorpusSegment>();
        for (var i = 0; i < told.Length; i++)
        {
            var start = told[i].Sample;
            var end = Math.Min(pcm.Length, i + 1 < told.Length ? told[i + 1].Sample : pcm.Length);
            if (end <= start)
                continue;
            if (told[i].Phone.Length > 0)
                phones.Add(new CorpusSegment(told[i].Phone, start, end));
            else if (phones.Count > 0 && phones[^1].EndSample == start && Sounds(pcm[((start + end) / 2)..end]))
                phones[^1] = phones[^1] with { EndSample = end };
        }
        return [.. phones];
    }

    // espeak-ng's pauses are exact zeros once the sound before them has died away.
    private static bool Sounds(ReadOnlySpan<short> pcm)
    {
        var power = 0.0;
        foreach (var sample in pcm)
            power += sample * (double)sample;
        return power > pcm.Length * 100.0 * 100.0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Take(short* samples, int count, EspeakNative.Event* events)
    {
        for (; events is not null && events->Type != EspeakNative.EventListEnd; events++)
        {
            if (events->Type == EspeakNative.EventPhoneme)
                Events.Add((events->Sample, Symbol(events->Phoneme)));
        }
        if (samples is not null && count > 0)
            Pcm.AddRange(new ReadOnlySpan<short>(samples, count));
        return Pcm.Count > MostSamples ? 1 : 0; // 1 stops
    }

    private static string Symbol(byte* bytes)
    {
        var text = new ReadOnlySpan<byte>(bytes, EspeakNative.PhonemeBytes);
        var end = text.IndexOf((byte)0);
        var symbol = Encoding.UTF8.GetString(end < 0 ? text : text[..end]).Trim();
        return symbol.Contains(' ') || symbol.Contains('\t') ? "" : symbol;
    }
}
