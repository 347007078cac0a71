using HubertSharp.Clustering;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Tensors;

namespace HubertSharp.Evaluation.Quality;

/// <summary>What <see cref="LayerQuality"/> clusters and scores.</summary>
public sealed record LayerQualityOptions
{
    /// <summary>Manifest whose audio is clustered.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Reference file of any format that <see cref="References.Open"/> takes.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>Whether tone and stress digits are removed from the reference, as the reference script does.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary>Cluster MFCCs too.</summary>
    public bool Mfcc { get; init; }

    /// <summary>Models and layers.</summary>
    public IReadOnlyList<ModelSpec> Models { get; init; } = [];

    /// <summary>The same k-means for every layer, so that the figures compare.</summary>
    public required KMeansOptions KMeans { get; init; }

    /// <summary>What the models compute in.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>Where the features are kept meanwhile; null for the system's temporary folder.</summary>
    public string? WorkFolder { get; init; }
}
