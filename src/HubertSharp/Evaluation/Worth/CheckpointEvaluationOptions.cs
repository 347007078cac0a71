using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Evaluation.Worth;

/// <summary>What <see cref="CheckpointEvaluation"/> measures.</summary>
public sealed record CheckpointEvaluationOptions
{
    /// <summary>The run folder, whose <c>worth.json</c> is written.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Updates between the checkpoints that are looked at, beside the newest one; 1 for all that were kept.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Layers of each checkpoint; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Manifests, reference, k-means and minimal pairs; its models are the run's checkpoints.</summary>
    public required LayerQualityOptions Quality { get; init; }
}
