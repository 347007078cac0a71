using System.Text.Json.Serialization;

namespace HubertSharp.Runs.Reports;

/// <summary>Where features, or the clusters made of them, come from.</summary>
/// <param name="Kind">Acoustic features, the model of an iteration, or the same model as initialised.</param>
/// <param name="Iteration">The iteration whose model it is; null for acoustic features.</param>
/// <param name="Layer">The model's layer; null for acoustic features.</param>
/// <param name="Rate">Frames per second, where that is not the features' own rate.</param>
public sealed record FeatureSource(FeatureSourceKind Kind, int? Iteration = null, int? Layer = null, double? Rate = null)
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
    Fbank,
}
