using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>checkpoint</c> (CheckpointConfig).</summary>
public sealed record CheckpointConfig
{
    /// <summary>fairseq's default of <c>restore_file</c>, which means the run's own newest checkpoint.</summary>
    public const string OwnCheckpoint = CheckpointFiles.Last + ".pt";

    /// <summary>The run folder; checkpoints lie in its <c>checkpoints/</c>.</summary>
    /// <remarks>The checkpoints themselves lie there.</remarks>
    public string SaveDir { get; init; } = RunFolder.CheckpointsName;

    /// <summary>
    /// Checkpoint that a run begins with; afterwards its own newest one wins, and fairseq's default name means that one alone.
    /// </summary>
    /// <remarks>Loaded at every start.</remarks>
    public string RestoreFile { get; init; } = OwnCheckpoint;

    /// <summary>Start from these weights with a fresh optimiser, schedule and data order.</summary>
    public string? FinetuneFromModel { get; init; }

    /// <summary>Nothing of its own: the place in the data follows the update number, which <c>reset_optimizer</c> sets to 0.</summary>
    /// <remarks>Begins the epoch anew.</remarks>
    public bool ResetDataloader { get; init; }

    /// <summary>Nothing of its own: the rate follows the update number, which <c>reset_optimizer</c> sets to 0.</summary>
    /// <remarks>Drops the state of the schedule.</remarks>
    public bool ResetLrScheduler { get; init; }

    /// <summary>Nothing of its own: averages and the best value start anew from any <c>restore_file</c>.</summary>
    /// <remarks>Without it they go on.</remarks>
    public bool ResetMeters { get; init; }

    /// <summary>Take the weights of <c>restore_file</c> only, at update 0 with a fresh optimizer.</summary>
    public bool ResetOptimizer { get; init; }

    /// <summary>Epochs between checkpoints.</summary>
    [Between(1, int.MaxValue), Unit("epochs")]
    public int SaveInterval { get; init; } = 1;

    /// <summary>Updates between checkpoints; 0 for none by updates.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int SaveIntervalUpdates { get; init; }

    /// <summary>How many of the checkpoints by updates to keep, beside the best and the newest two; 0 or less for all.</summary>
    /// <remarks>Exactly so many.</remarks>
    [Between(-1, int.MaxValue), Unit("checkpoints")]
    public int KeepIntervalUpdates { get; init; } = -1;

    /// <summary>How many of the checkpoints by epochs to keep, beside the best and the newest two; 0 or less for all.</summary>
    /// <remarks>Exactly so many.</remarks>
    [Between(-1, int.MaxValue), Unit("checkpoints")]
    public int KeepLastEpochs { get; init; } = -1;

    /// <summary>How many of the best checkpoints to keep; 0 or less for the one best.</summary>
    /// <remarks>Only where a validation meets a checkpoint that was due anyway.</remarks>
    [Between(-1, int.MaxValue), Unit("checkpoints")]
    public int KeepBestCheckpoints { get; init; } = -1;

    /// <summary>Write checkpoints in the background from a copy of the tensors, while the training goes on.</summary>
    public bool WriteCheckpointsAsynchronously { get; init; }

    /// <summary>Write no checkpoint at all.</summary>
    public bool NoSave { get; init; }

    /// <summary>No checkpoint at the end of an epoch; the newest and the best stay.</summary>
    public bool NoEpochCheckpoints { get; init; }

    /// <summary>No link <c>checkpoint_last</c> to the newest checkpoint.</summary>
    /// <remarks>No <c>checkpoint_last.pt</c>.</remarks>
    public bool NoLastCheckpoints { get; init; }

    /// <summary>Leave the optimizer out of the checkpoints: a run cannot go on from them.</summary>
    public bool NoSaveOptimizerState { get; init; }

    /// <summary>The validation metric that decides which checkpoint is best.</summary>
    public string BestCheckpointMetric { get; init; } = "loss";

    /// <summary>The largest value is the best.</summary>
    public bool MaximizeBestCheckpointMetric { get; init; }

    /// <summary>Validations without improvement before the run stops; -1 never stops for that.</summary>
    [Between(-1, int.MaxValue), Unit("validations")]
    public int Patience { get; init; } = -1;
}
