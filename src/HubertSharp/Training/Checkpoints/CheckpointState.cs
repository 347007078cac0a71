using System.Text.Json.Serialization;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training.Checkpoints;

/// <summary><c>state.json</c> of a checkpoint: everything that a resumed run needs beside the tensors. Written last.</summary>
internal sealed record CheckpointState
{
    public const int CurrentFormat = 3;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Finished updates.</summary>
    public required long Update { get; init; }

    /// <summary>Epoch (from 1) that the last update belongs to.</summary>
    public required int Epoch { get; init; }

    /// <summary>Updates that changed the weights: Adam's t.</summary>
    public required long OptimizerSteps { get; init; }

    /// <summary>Per group of parameters (encoder layer), how many of those passed over it because layer drop had left it out.</summary>
    public IReadOnlyList<long> LayerSkips { get; init; } = [];

    /// <summary>Updates skipped because something was not finite.</summary>
    public required long SkippedUpdates { get; init; }

    /// <summary>How many of them came one after the other up to this update.</summary>
    public int SkippedInARow { get; init; }

    /// <summary>Wall time of all processes that worked on the run.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>The loss scale's state in fp16, else null.</summary>
    public LossScaleState? LossScale { get; init; }

    /// <summary>The parts of a run beside its first, by name; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, PartState>? Parts { get; init; }

    /// <summary>The configuration, the data and the machine that it was trained with.</summary>
    public required RunFingerprint Fingerprint { get; init; }

    /// <summary>The averages of the log interval and of the epoch that are under way.</summary>
    public required IReadOnlyDictionary<string, double[]> Interval { get; init; }

    public required IReadOnlyDictionary<string, double[]> EpochSoFar { get; init; }

    /// <summary>Best value so far of <c>checkpoint.best_checkpoint_metric</c>, and the update that had it.</summary>
    public double? Best { get; init; }

    public long? BestUpdate { get; init; }

    /// <summary>Validations since the best one.</summary>
    public int ValidationsSinceBest { get; init; }

    /// <summary>The headline metric of the last validation; its key is that of HuBERT's.</summary>
    [JsonPropertyName("validMaskedLossBits")]
    public double? ValidHeadline { get; init; }

    /// <summary>Value of <c>checkpoint.best_checkpoint_metric</c> when this very update was validated, else null.</summary>
    public double? ValidValue { get; init; }

    /// <summary>Why it was written: <c>interval</c>, <c>epoch</c>, <c>best</c> or <c>last</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>SHA-256 of each other file in the folder.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>SHA-256 of the file that this stands in; see <see cref="CheckpointStateFile"/>. Null in format 2.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sha256 { get; init; }

    /// <summary>The state of one part; that of a beginning when the checkpoint does not know the part.</summary>
    public PartState Of(TrainedPart part) => part.Name == TrainedPart.First
        ? new PartState(OptimizerSteps, LayerSkips, SkippedInARow, LossScale)
        : Parts?.GetValueOrDefault(part.Name) ?? new PartState(0, [], 0, null);

    /// <summary>False when a file from outside says null, or too little, where a value is needed.</summary>
    internal bool IsWhole => Update >= 0 && Reason is not null && LayerSkips is not null && Files is { Count: > 0 }
        && Fingerprint is { Settings: not null, Data: not null, Machine: not null }
        && (Parts is null || Parts.Values.All(part => part is { GroupSkips: not null }))
        && Interval is not null && EpochSoFar is not null && Interval.Values.Concat(EpochSoFar.Values).All(meter => meter is { Length: 2 });
}

/// <summary>What a part of a run needs beside its tensors; that of the first part stands in <see cref="CheckpointState"/> itself.</summary>
/// <param name="OptimizerSteps">Updates that changed its weights: Adam's t.</param>
/// <param name="GroupSkips">Per group of parameters, how many of those passed over it.</param>
/// <param name="SkippedInARow">Updates of it that were skipped one after the other up to this one.</param>
/// <param name="LossScale">The loss scale's state in fp16, else null.</param>
internal sealed record PartState(long OptimizerSteps, IReadOnlyList<long> GroupSkips, int SkippedInARow, LossScaleState? LossScale);
