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
        Assert.Equal(expected, SpeechQuality.Of(Clip(pair, "ref"), Clip(pair, "deg"), Rate), 1e-6);

    [Fact]
    public void A_recording_is_as_good_as_itself_at_any_level_and_a_little_late()
    {
        var speech = Clip("noise", "ref");
        Assert.Equal(SpeechQuality.Best, SpeechQuality.Of(speech, speech, Rate), 1e-4);
        Assert.Equal(SpeechQuality.Best, SpeechQuality.Of(speech, Array.ConvertAll(speech, sample => sample / 7), Rate), 1e-4);
        double[] late = [.. new double[1000], .. speech[..^1000]];
        Assert.InRange(SpeechQuality.Of(speech, late, Rate), 4.9, SpeechQuality.Best);
        double[] early = [.. speech[1000..], .. new double[1000]];
        Assert.InRange(SpeechQuality.Of(speech, early, Rate), 4.9, SpeechQuality.Best);
    }

    [Fact]
    public void The_more_noise_the_worse()
    {
        var (speech, random) = (Clip("quant", "ref"), new Random(5));
        double[] noise = [.. speech.Select(_ => random.NextDouble() - 0.5)];
        double[] scores = [.. new[] { 0, 0.001, 0.01, 0.1, 1 }.Select(level =>
            SpeechQuality.Of(speech, [.. speech.Zip(noise, (one, other) => one + (level * other))], Rate))];
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
        Assert.Equal(double.NaN, SpeechQuality.Of(speech[..samples], speech[..samples], Rate));
        Assert.Equal(double.NaN, SpeechQuality.Of(speech, new double[speech.Length], Rate));
        Assert.Equal(double.NaN, SpeechQuality.Of(new double[speech.Length], speech, Rate));
    }

    [Fact]
    public void What_is_cut_off_is_left_out_and_other_lengths_are_no_fault()
    {
        var speech = Clip("lowpass", "ref");
        Assert.InRange(SpeechQuality.Of(speech, speech[..^8000], Rate), 3, SpeechQuality.Best);
        Assert.InRange(SpeechQuality.Of(speech, speech[..4000], Rate), 1, 4);
        Assert.InRange(SpeechQuality.Of(speech[..^8000], speech, Rate), 4.5, SpeechQuality.Best);
    }

    [Fact]
    public void Two_seconds_that_changed_places_keep_their_order_so_one_of_them_has_no_place()
    {
        var speech = Clip("lowpass", "ref");
        double[] swapped = [.. speech[(speech.Length / 2)..], .. speech[..(speech.Length / 2)]];
        Assert.InRange(SpeechQuality.Of(speech, swapped, Rate), 1, 4.5);
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

    private static double[] Clip(string pair, string kind) =>
        Array.ConvertAll(AudioFile.Read(Fixtures.At("audio_metrics", "wav", $"{pair}_{kind}.wav")), sample => (double)sample);
}
