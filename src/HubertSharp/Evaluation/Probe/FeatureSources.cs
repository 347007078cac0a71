using HubertSharp.Features.Acoustic;
using HubertSharp.Tensors;

namespace HubertSharp.Evaluation.Probe;

/// <summary>The feature sets that an evaluation compares, each opened only when its turn comes.</summary>
internal static class FeatureSources
{
    /// <summary>
    /// MFCC, filter energies, the models, and the models of the same configurations without training (each configuration once, with all
    /// layers asked of any).
    /// </summary>
    public static IEnumerable<Func<IFeatureSource>> Of(
        bool mfcc, bool fbank, IReadOnlyList<ModelSpec> models, bool untrained, ComputePrecision precision, ulong seed)
    {
        if (mfcc)
            yield return () => new AcousticSource(AcousticSettings.Mfcc);
        if (fbank)
            yield return () => new AcousticSource(AcousticSettings.Fbank);
        foreach (var spec in models)
            yield return () => HubertSource.Trained(spec, precision);
        if (!untrained)
            yield break;
        foreach (var same in models.GroupBy(HubertSource.ArchitectureOf))
        {
            int[] layers = same.Any(spec => spec.Layers.Count == 0) ? [] : [.. same.SelectMany(spec => spec.Layers).Distinct().Order()];
            yield return () => HubertSource.Untrained(new ModelSpec(same.First().Path, layers), precision, seed);
        }
    }
}
