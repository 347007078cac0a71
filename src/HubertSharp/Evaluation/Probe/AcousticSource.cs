using HubertSharp.Features.Acoustic;

namespace HubertSharp.Evaluation.Probe;

/// <summary>MFCCs, which the first iteration clusters, or log filter energies.</summary>
/// <param name="settings">Which.</param>
internal sealed class AcousticSource(AcousticSettings settings) : IFeatureSource
{
    private readonly ThreadLocal<AcousticExtractor> _extractor = new(() => new AcousticExtractor(settings),
        trackAllValues: true);

    public IReadOnlyList<FeatureSet> Sets { get; } =
        [
            new(settings.Description.Kind, settings.Description.Kind, null, null, settings.Dimensions, settings.Description.FrameRate),
        ];

    public IReadOnlyList<float[]> Compute(float[] samples) => [_extractor.Value!.Compute(samples)];

    public void Dispose()
    {
        foreach (var extractor in _extractor.Values)
            extractor.Dispose();
        _extractor.Dispose();
    }
}
