using HubertSharp.Evaluation.Probe;
using HubertSharp.Tensors;

namespace HubertSharp.Probing;

/// <summary>What <see cref="ProbingRun"/> probes, and how; null is the task's own value (<see cref="ProbeDefaults"/>).</summary>
public sealed record ProbingOptions
{
    public required ProbeTask Task { get; init; }

    /// <summary>Manifests that the head learns from.</summary>
    public required IReadOnlyList<string> TrainManifests { get; init; }

    /// <summary>Manifests that the best step, and of several the best learning rate, is chosen on; empty takes the last step.</summary>
    public IReadOnlyList<string> ValidManifests { get; init; } = [];

    /// <summary>Manifests that are scored.</summary>
    public required IReadOnlyList<string> TestManifests { get; init; }

    /// <summary>Alignment, or for phones any reference of <c>hubert quality</c>; or else <see cref="LabelPaths"/>.</summary>
    public string? ReferencePath { get; init; }

    /// <summary>Labels without times: one file for each manifest, or one that names the utterances of all.</summary>
    public IReadOnlyList<string> LabelPaths { get; init; } = [];

    /// <summary>Whether tone and stress digits are left out of phones.</summary>
    public bool RemoveDigits { get; init; } = true;

    /// <summary>Labels that training never has count as errors; otherwise they are refused.</summary>
    public bool CountUnseen { get; init; }

    /// <summary>Models whose hidden states are probed; of those with layers these alone, 0 being what the first layer is given.</summary>
    public IReadOnlyList<ModelSpec> Models { get; init; } = [];

    public bool Mfcc { get; init; }

    public bool Fbank { get; init; }

    /// <summary>For each architecture also a model with fresh random weights.</summary>
    public bool Untrained { get; init; }

    /// <summary>What the models compute in; the head is in float32.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>s3prl's <c>normalize</c>: layer norm of every hidden state before the weighted sum.</summary>
    public bool Normalize { get; init; }

    /// <summary>One, or several of which the best on the valid split is taken; empty for the task's own.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [];

    public int Steps { get; init; } = ProbeDefaults.Steps;

    public int? BatchSize { get; init; }

    public int? Accumulate { get; init; }

    public int? ProjectorDim { get; init; }

    public double ClipNorm { get; init; } = ProbeDefaults.ClipNorm;

    /// <summary>Decides batches, initial weights and the random models.</summary>
    public int Seed { get; init; } = 1337;

    /// <summary>Folder of the results, and of a run folder for each set of features; the same folder again goes on.</summary>
    public required string Out { get; init; }

    /// <summary>Whether the head names whole utterances, by the mean of their frames.</summary>
    internal bool Pools => Task is not (ProbeTask.Phone or ProbeTask.CtcPhone);

    /// <summary>Most memory for features; null for a quarter of what there is.</summary>
    internal long? CacheBytes { get; init; }
}
