using HubertSharp.Features.Acoustic;

namespace HubertSharp.Tests.Features.Acoustic;

public class AcousticExtractorTests
{
    public static TheoryData<int> Lengths => [400, 559, 560, 1000, 1679, 1680, 4321];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Agrees_with_the_definition_in_double_precision(int samples)
    {
        var random = new Random(samples);
        float[] waveform =
        [
            .. Enumerable.Range(0, samples).Select(i => (float)((0.3 * Math.Sin(i * 0.05)) + (0.02 * (random.NextDouble() - 0.5)) + 0.1)),
        ];
        foreach (var settings in new[]
        {
            AcousticSettings.Mfcc, AcousticSettings.Fbank, AcousticSettings.Mfcc with { Deltas = false, Coefficients = 20, MelBins = 40 },
        })
        {
            using var extractor = new AcousticExtractor(settings);
            var features = extractor.Compute(waveform);
            var expected = AcousticOracle.Compute(waveform, settings).SelectMany(f => f).ToArray();
            Assert.Equal(expected.Length, features.Length);
            Assert.InRange(expected.Zip(features, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-3);
        }
    }

    [Fact]
    public void The_buffers_carry_nothing_over()
    {
        var random = new Random(5);
        float[] quiet = new float[2000];
        float[] loud = [.. Enumerable.Range(0, 9000).Select(_ => random.NextSingle() - 0.5f)];
        using var extractor = new AcousticExtractor(AcousticSettings.Mfcc);
        using var fresh = new AcousticExtractor(AcousticSettings.Mfcc);
        var first = fresh.Compute(quiet);
        extractor.Compute(loud);
        Assert.Equal(first, extractor.Compute(quiet));
        Assert.All(first, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Less_than_a_window_has_no_frames()
    {
        using var extractor = new AcousticExtractor(AcousticSettings.Mfcc);
        Assert.Empty(extractor.Compute(new float[399]));
    }
}
