using HubertSharp.Audio.Fidelity;

namespace HubertSharp.Tests.Audio.Fidelity;

/// <summary>Pitch of made voices, and how much a copy changes it.</summary>
public sealed class PitchTrackTests
{
    private const int Rate = 16000;

    [Theory]
    [InlineData(75)]
    [InlineData(120.3)]
    [InlineData(210)]
    [InlineData(333.3)]
    public void A_voice_has_its_pitch(double hertz)
    {
        var track = PitchTrack.Of(Voice(hertz, Rate), Rate);
        Assert.True(track.Hertz.Count > 90);
        Assert.All(track.Hertz, found => Assert.Equal(hertz, found!.Value, hertz * 0.003));
    }

    [Fact]
    public void Noise_and_silence_have_none()
    {
        var random = new Random(3);
        double[] noise = [.. Enumerable.Range(0, Rate).Select(_ => random.NextDouble() - 0.5)];
        Assert.True(PitchTrack.Of(noise, Rate).Hertz.Count(pitch => pitch is not null) < 3);
        Assert.All(PitchTrack.Of(new double[Rate], Rate).Hertz, Assert.Null);
        Assert.Empty(PitchTrack.Of(new double[100], Rate).Hertz);
    }

    [Fact]
    public void A_semitone_is_a_hundred_cents_and_what_falls_silent_is_another_voicing()
    {
        var voice = PitchTrack.Of(Voice(150, Rate), Rate);
        var higher = PitchErrors.Of(voice, PitchTrack.Of(Voice(150 * Math.Pow(2, 1 / 12.0), Rate), Rate));
        Assert.Equal(higher.Frames, higher.Voiced);
        Assert.Equal(100, Math.Sqrt(higher.SquaredCents / higher.Voiced), 1.0);
        double[] half = [.. Voice(150, Rate / 2), .. new double[Rate / 2]];
        var silent = PitchErrors.Of(voice, PitchTrack.Of(half, Rate));
        Assert.InRange(silent.OtherVoicing, silent.Frames / 2 - 4, silent.Frames / 2 + 4);
        Assert.Equal(0, Math.Sqrt(silent.SquaredCents / silent.Voiced), 1.0);
    }

    /// <summary>Harmonics that fall off, as a voice has them.</summary>
    private static double[] Voice(double hertz, int samples) =>
        [.. Enumerable.Range(0, samples)
            .Select(i => Enumerable.Range(1, 8).Sum(h => Math.Sin(2 * Math.PI * h * hertz * i / Rate) / h) / 8)];
}
