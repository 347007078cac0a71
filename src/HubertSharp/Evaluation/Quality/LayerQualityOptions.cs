using HubertSharp.Clustering;
using HubertSharp.Distributed;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Tensors;

namespace HubertSharp.Evaluation.Quality;

/// <summary>What <see cref="LayerQuality"/> clusters and scores.</summary>
public sealed record LayerQualityOptions
{
    /// <summary>Manifest whose labels and items are scored.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Manifest that k-means is fitted on; null for the one that is scored.</summary>
    public string? FitManifestPath { get; init; }

    /// <summary>Manifest that each model's layer is chosen on, by PNMI; null to choose none.</summary>
    public string? ChooseManifestPath { get; init; }

    /// <summary>Reference file of any format that <see cref="References.Open"/> takes.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>Whether tone and stress digits are removed from the reference, as the reference script does.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary>Cluster MFCCs too, at their own rate and at the models'.</summary>
    public bool Mfcc { get; init; }

    /// <summary>Cluster log filter energies too.</summary>
    public bool Fbank { get; init; }

    /// <summary>For each model also one of the same configuration with fresh random weights.</summary>
    public bool Untrained { get; init; }

    /// <summary>Score minimal pairs of the scored manifest too; null not to.</summary>
    public AbxOptions? Abx { get; init; }

    /// <summary>Models and layers.</summary>
    public IReadOnlyList<ModelSpec> Models { get; init; } = [];

    /// <summary>The same k-means for every layer, so that the figures compare.</summary>
    public required KMeansOptions KMeans { get; init; }

    /// <summary>What the models compute in.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>Where they compute: cpu, cuda, or auto.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Where the features are kept meanwhile; null for the system's temporary folder.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>The processes that share the work; all of them have the result.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
