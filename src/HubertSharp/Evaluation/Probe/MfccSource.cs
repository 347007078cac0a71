using HubertSharp.Features.Acoustic;

namespace HubertSharp.Evaluation.Probe;

/// <summary>The 39 MFCC dimensions that the first iteration clusters.</summary>
internal sealed class MfccSource : IFeatureSource
{
    private readonly ThreadLocal<AcousticExtractor> _extractor = new(() => new AcousticExtractor(AcousticSettings.Mfcc),
        trackAllValues: true);

    public IReadOnlyList<FeatureSet> Sets { get; } =
        [new("mfcc", "mfcc", null, null, AcousticSettings.Mfcc.Dimensions,
            (double)AcousticSettings.SampleRate / AcousticSettings.HopSamples)];

    public IReadOnlyList<float[]> Compute(float[] samples) => [_extractor.Value!.Compute(samples)];

    public void Dispose()
    {
        foreach (var extractor in _extractor.Values)
            extractor.Dispose();
        _extractor.Dispose();
    }
}
