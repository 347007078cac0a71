using HubertSharp.Distributed;
using HubertSharp.Evaluation.Quality;

namespace HubertSharp.Ranking;

/// <summary>What <see cref="CheckpointEvaluation"/> measures.</summary>
public sealed record CheckpointEvaluationOptions
{
    /// <summary>The run folder, whose <c>worth.json</c> is written.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Updates between the checkpoints that are looked at, beside the newest one; 1 for all that were kept.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Layers of each checkpoint; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// Manifests, reference, k-means and minimal pairs; its models are the run's checkpoints. Null where there is no reference.
    /// </summary>
    public LayerQualityOptions? Quality { get; init; }

    /// <summary>Fit the linear probe on the layer of each checkpoint that the curve shows, beside acoustic features.</summary>
    public bool Probe { get; init; }

    /// <summary>A short fine-tuning of each checkpoint; null for none.</summary>
    public CheckpointFinetuningOptions? Finetuning { get; init; }

    /// <summary>Told what was left out.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>The processes that share the work, the same as those of <see cref="Quality"/>; the first alone writes the curve.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;
}

/// <summary>The fine-tuning that each checkpoint gets: the same data, seed and number of updates for all.</summary>
public sealed record CheckpointFinetuningOptions
{
    /// <summary>Folder of the manifests, <c>train.tsv</c> among them.</summary>
    public required string Data { get; init; }

    /// <summary>Folder of the transcripts: <c>train.ltr</c>, <c>dict.ltr.txt</c>.</summary>
    public required string Labels { get; init; }

    /// <summary>Their ending.</summary>
    public string Label { get; init; } = "ltr";

    /// <summary>The split that is scored.</summary>
    public required string Split { get; init; }

    /// <summary>How many updates.</summary>
    public int Updates { get; init; } = DefaultUpdates;

    /// <summary>A bundled configuration of <c>hubert finetune</c>, or a YAML file.</summary>
    public string Config { get; init; } = "finetune_small_cpu";

    /// <summary>Overrides of it.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Where the fine-tunings are kept meanwhile; null for the system's temporary folder.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Enough for the first errors to fall where there are minutes of transcripts.</summary>
    public const int DefaultUpdates = 100;
}
