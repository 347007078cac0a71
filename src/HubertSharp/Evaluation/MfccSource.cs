using HubertSharp.Features;

namespace HubertSharp.Evaluation;

/// <summary>The 39 MFCC dimensions that the first iteration clusters.</summary>
internal sealed class MfccSource : IFeatureSource
{
    private readonly AcousticExtractor _extractor = new(AcousticSettings.Mfcc);

    public IReadOnlyList<FeatureSet> Sets { get; } =
        [new("mfcc", "mfcc", null, null, AcousticSettings.Mfcc.Dimensions, (double)AcousticSettings.SampleRate / AcousticSettings.HopSamples)];

    public IReadOnlyList<float[]> Compute(float[] samples) => [_extractor.Compute(samples)];

    public void Dispose() => _extractor.Dispose();
}
