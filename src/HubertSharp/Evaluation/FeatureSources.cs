using HubertSharp.Models;

namespace HubertSharp.Evaluation;

/// <summary>The feature sets that an evaluation compares, each opened only when its turn comes.</summary>
internal static class FeatureSources
{
    /// <summary>MFCC, the models, and the models of the same configurations without training (each configuration once).</summary>
    public static IEnumerable<Func<IFeatureSource>> Of(bool mfcc, IReadOnlyList<ModelSpec> models, bool untrained, ComputePrecision precision, ulong seed)
    {
        if (mfcc)
            yield return () => new MfccSource();
        foreach (var spec in models)
            yield return () => HubertSource.Trained(spec, precision);
        if (!untrained)
            yield break;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spec in models)
        {
            if (seen.Add(HubertSource.ArchitectureOf(spec)))
                yield return () => HubertSource.Untrained(spec, precision, seed);
        }
    }
}
