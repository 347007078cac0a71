using HubertSharp.Distributed;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Tensors;

namespace HubertSharp.Evaluation.Probe;

/// <summary>What <see cref="ProbeRun"/> compares.</summary>
public sealed record ProbeRunOptions
{
    /// <summary>Manifests whose utterances are taken together; the probe splits them itself.</summary>
    public required IReadOnlyList<string> ManifestPaths { get; init; }

    /// <summary>
    /// Those of <see cref="ManifestPaths"/> whose examples are scored; the others are only learnt from. Empty for all.
    /// </summary>
    public IReadOnlyList<string> TestManifestPaths { get; init; } = [];

    /// <summary>Alignment with the labels: <see cref="AlignmentFile"/>.</summary>
    public required string ReferencePath { get; init; }

    /// <summary>Probe MFCCs.</summary>
    public bool Mfcc { get; init; } = true;

    /// <summary>Probe log filter energies.</summary>
    public bool Fbank { get; init; }

    /// <summary>Models and layers to probe.</summary>
    public IReadOnlyList<ModelSpec> Models { get; init; } = [];

    /// <summary>For each model also probe one of the same configuration with fresh random weights.</summary>
    public bool Untrained { get; init; }

    /// <summary>Whether tone and stress digits are left out of the classes.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary>What the models compute in.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>What is held out for testing, each in turn.</summary>
    public IReadOnlyList<HeldOut> HeldOut { get; init; } = [Evaluation.Probe.HeldOut.Speaker];

    /// <summary>Settings of the classifier; what it holds out is replaced by <see cref="HeldOut"/>.</summary>
    public ProbeOptions Probe { get; init; } = new();

    /// <summary>The processes that share the work; all of them come to the results of one.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}
