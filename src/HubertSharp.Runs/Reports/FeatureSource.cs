using System.Text.Json.Serialization;

namespace HubertSharp.Runs.Reports;

/// <summary>Where features, or the clusters made of them, come from.</summary>
/// <param name="Kind">MFCCs, the model of an iteration, or the same model as initialised.</param>
/// <param name="Iteration">The iteration whose model it is; null for MFCCs.</param>
/// <param name="Layer">The model's layer; null for MFCCs.</param>
public sealed record FeatureSource(FeatureSourceKind Kind, int? Iteration = null, int? Layer = null)
{
    public static FeatureSource Mfcc { get; } = new(FeatureSourceKind.Mfcc);
}

/// <summary>What computes the features.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureSourceKind>))]
public enum FeatureSourceKind
{
    Mfcc,
    TrainedModel,
    RandomModel,
}
