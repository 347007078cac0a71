using HubertSharp.Audio;
using HubertSharp.Audio.Fidelity.Visqol;

namespace HubertSharp.Tests.Audio.Fidelity.Visqol;

/// <summary>ViSQOL's speech mode, against a plain transcription of it in NumPy that shares no code with this one.</summary>
public sealed class SpeechQualityTests
{
    private const int Rate = AudioFile.SampleRate;

    [Theory]
    [InlineData("noise", 2.6894994182255143)]
    [InlineData("clip", 2.8914766661925504)]
    [InlineData("lowpass", 3.0464814148960375)]
    [InlineData("quant", 3.5626786469678633)]
    [InlineData("delay_gain", 4.95092309130319)]
    [InlineData("mixed", 3.1031012298556906)]
    public void Scores_are_those_of_a_plain_transcription(string pair, double expected) =>
        Assert.Equal(expected, Score(Clip(pair, "ref"), Clip(pair, "deg")), 1e-6);

    [Fact]
    public void An_original_is_the_same_for_each_of_its_copies()
    {
        var (speech, copy) = (Clip("quant", "ref"), Clip("quant", "deg"));
        var quality = new SpeechQuality(speech, Rate);
        double[] louder = [.. copy.Select((sample, i) => sample * (1 + (i / (double)copy.Length)))];
        double[] inTurn = [.. new[] { louder, copy, speech, copy[..^5000], louder, copy }.Select(quality.Of)];
        Assert.Equal([Score(speech, louder), Score(speech, copy), Score(speech, speech), Score(speech, copy[..^5000])], inTurn[..4]);
        Assert.Equal(inTurn[..2], inTurn[4..]);
    }

    [Fact]
    public void A_recording_is_as_good_as_itself_at_any_level_and_a_little_late()
    {
        var speech = Clip("noise", "ref");
        Assert.Equal(SpeechQuality.Best, Score(speech, speech), 1e-4);
        Assert.Equal(SpeechQuality.Best, Score(speech, Array.ConvertAll(speech, sample => sample / 7)), 1e-4);
        double[] late = [.. new double[1000], .. speech[..^1000]];
        Assert.InRange(Score(speech, late), 4.9, SpeechQuality.Best);
        double[] early = [.. speech[1000..], .. new double[1000]];
        Assert.InRange(Score(speech, early), 4.9, SpeechQuality.Best);
    }

    [Fact]
    public void The_more_noise_the_worse()
    {
        var (speech, random) = (Clip("quant", "ref"), new Random(5));
        double[] noise = [.. speech.Select(_ => random.NextDouble() - 0.5)];
        double[] scores = [.. new[] { 0, 0.001, 0.01, 0.1, 1 }.Select(level =>
            Score(speech, [.. speech.Zip(noise, (one, other) => one + (level * other))]))];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.InRange(scores[^1], 1, 2.5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1280)]
    [InlineData(9000)]
    public void Too_little_and_silence_have_no_score(int samples)
    {
        var speech = Clip("noise", "ref");
        Assert.Equal(double.NaN, Score(speech[..samples], speech[..samples]));
        Assert.Equal(double.NaN, Score(speech, new double[speech.Length]));
        Assert.Equal(double.NaN, Score(new double[speech.Length], speech));
    }

    [Fact]
    public void What_is_cut_off_is_left_out_and_other_lengths_are_no_fault()
    {
        var speech = Clip("lowpass", "ref");
        Assert.InRange(Score(speech, speech[..^8000]), 3, SpeechQuality.Best);
        Assert.InRange(Score(speech, speech[..4000]), 1, 4);
        Assert.InRange(Score(speech[..^8000], speech), 4.5, SpeechQuality.Best);
    }

    [Fact]
    public void Two_seconds_that_changed_places_keep_their_order_so_one_of_them_has_no_place()
    {
        var speech = Clip("lowpass", "ref");
        double[] swapped = [.. speech[(speech.Length / 2)..], .. speech[..(speech.Length / 2)]];
        Assert.InRange(Score(speech, swapped), 1, 4.5);
    }

    [Theory]
    [InlineData(16000)]
    [InlineData(8000)]
    [InlineData(24000)]
    public void A_band_passes_its_own_tone_at_its_level(int rate)
    {
        var (filters, levels) = (new GammatoneFilters(rate), new double[GammatoneFilters.Bands]);
        double[] Tone(double hertz) => [.. Enumerable.Range(0, rate).Select(i => Math.Sin(2 * Math.PI * hertz * i / rate))];
        filters.Levels(Tone(50), levels); // the lowest centre
        Assert.Equal(Math.Sqrt(0.5), levels[0], 0.01);
        Assert.Equal(0, Array.IndexOf(levels, levels.Max()));
        filters.Levels(Tone(1000), levels);
        Assert.InRange(levels.Max(), 0.3, 0.71);
        Assert.InRange(levels[0], 0, 0.01);
        filters.Levels(new double[rate], levels);
        Assert.All(levels, level => Assert.Equal(0, level));
    }

    private static double Score(double[] original, double[] copy) => new SpeechQuality(original, Rate).Of(copy);

    private static double[] Clip(string pair, string kind) =>
        Array.ConvertAll(AudioFile.Read(Fixtures.At("audio_metrics", "wav", $"{pair}_{kind}.wav")), sample => (double)sample);
}
