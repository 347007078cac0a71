using HubertSharp.Audio.Fidelity;

namespace HubertSharp.Tests.Audio.Fidelity;

public sealed class SpeechFidelityTests
{
    private const int Rate = 16_000;

    /// <summary>The number that pystoi has for it would pull a mean down.</summary>
    [Theory]
    [InlineData(160)]
    [InlineData(5000)]
    public void Too_little_to_compare_has_no_intelligibility(int samples)
    {
        var fidelity = Of(Tone(samples));
        Assert.Equal((double.NaN, double.NaN), (fidelity.Stoi, fidelity.Estoi));
        Assert.All(fidelity.Mel, distance => Assert.Equal(0, distance, 1e-6));
    }

    [Fact]
    public void Neither_has_silence()
    {
        Assert.Equal(double.NaN, Of(new double[2 * Rate]).Stoi);
        Assert.Equal(1, Of(Tone(2 * Rate)).Stoi, 1e-6);
    }

    private static SpeechFidelity Of(double[] samples) => SpeechFidelity.Of(new FidelityOriginal(samples, Rate), samples);

    private static double[] Tone(int samples) =>
        [.. Enumerable.Range(0, samples).Select(i => Math.Sin(0.2 * i) * (1 + Math.Sin(0.002 * i)) + (0.3 * Math.Sin(0.9 * i)))];
}
