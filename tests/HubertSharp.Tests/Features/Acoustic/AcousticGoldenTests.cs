using HubertSharp.Audio;
using HubertSharp.Features.Acoustic;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Features.Acoustic;

[Trait("Part", "golden")]
public class AcousticGoldenTests
{
    /// <summary>torchaudio against an independent float64 version differs by up to 5e-4 (MFCC) and 8e-4 (fbank).</summary>
    private const double Tolerance = 2e-3;

    public static TheoryData<string> Waves =>
        [.. Directory.GetFiles(Fixtures.At("mfcc"), "*.wav").Select(p => Path.GetFileNameWithoutExtension(p)!)];

    [Theory]
    [MemberData(nameof(Waves))]
    public void Mfcc_is_that_of_dump_mfcc_feature(string name) => Compare(name, "mfcc39", AcousticSettings.Mfcc);

    [Theory]
    [MemberData(nameof(Waves))]
    public void Fbank_of_the_unit_waveform_is_kaldis(string name) =>
        Compare(name, "fbank80_unit", AcousticSettings.Fbank with { WaveformScale = 1 });

    [Theory]
    [MemberData(nameof(Waves))]
    public void Fbank_is_fairseqs(string name) => Compare(name, "fbank80_int16", AcousticSettings.Fbank);

    private static void Compare(string name, string kind, AcousticSettings settings)
    {
        using var expected = NpyReader.OpenFrames(Fixtures.At("mfcc", $"{name}.{kind}.npy"));
        using var extractor = new AcousticExtractor(settings);
        var features = extractor.Compute(AudioFile.Read(Fixtures.At("mfcc", $"{name}.wav")));
        Assert.Equal(expected.RowElements, settings.Dimensions);
        Assert.Equal(expected.Rows * expected.RowElements, features.Length);
        var worst = expected.ReadFloats().Zip(features, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.InRange(worst, 0, Tolerance);
    }
}
