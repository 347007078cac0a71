using HubertSharp.Audio.Fidelity;

namespace HubertSharp.Tests.Audio.Fidelity;

/// <summary>Clips of any length, silence, and the transform against its definition.</summary>
public sealed class OddSignalsTests
{
    private const int Rate = 16000;

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void The_transform_is_its_definition(int points)
    {
        var random = new Random(1);
        double[] frame = [.. Enumerable.Range(0, points - 1).Select(_ => random.NextDouble() - 0.5)]; // the last one is a zero
        var transform = new RealTransform(points);
        var powers = new double[transform.Bins];
        transform.Powers(frame, powers);
        for (var bin = 0; bin < powers.Length; bin++)
        {
            var sum = System.Numerics.Complex.Zero;
            for (var i = 0; i < frame.Length; i++)
                sum += frame[i] * System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * i * bin / points);
            Assert.Equal(sum.Magnitude * sum.Magnitude, powers[bin], 1e-12);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(160)]
    [InlineData(1000)]
    [InlineData(9000)]
    public void Short_clips_and_silence_have_figures(int samples)
    {
        var random = new Random(2);
        double[] speech = [.. Enumerable.Range(0, samples).Select(_ => random.NextDouble() - 0.5)];
        foreach (var (x, y) in new[] { (speech, speech), (speech, new double[samples]), (new double[samples], speech) })
        {
            var (stoi, estoi) = Intelligibility.Of(x, y, Rate);
            Assert.InRange(stoi, -1, 1 + 1e-9);
            Assert.InRange(estoi, -1, 1 + 1e-9);
            foreach (var (points, hop) in MelDistances.Resolutions)
                Assert.True(double.IsFinite(MelDistances.Tokenizer(x, y, Rate, points, hop)));
            Assert.True(double.IsFinite(MelDistances.AudioCraft(x, y, Rate)));
            Assert.True(double.IsFinite(MelDistances.Cepstral(x, y, Rate)));
            Assert.True(double.IsFinite(WaveformDistances.LogSpectral(x, y, 2048, 512)));
        }
        Assert.Equal(0, MelDistances.AudioCraft(speech, speech, Rate));
        Assert.Equal(double.PositiveInfinity, WaveformDistances.ScaleInvariantRatio(speech, speech));
    }
}
