using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>checkpoint</c> (CheckpointConfig).</summary>
public sealed record CheckpointConfig
{
    /// <summary>fairseq's default of <c>restore_file</c>, which means the run's own newest checkpoint.</summary>
    public const string OwnCheckpoint = CheckpointFiles.Last + ".pt";

    /// <summary>The run folder; checkpoints lie in its <c>checkpoints/</c>.</summary>
    public string SaveDir { get; init; } = RunFolder.CheckpointsName;

    /// <summary>Checkpoint to resume from; fairseq's default name means the newest one of the run folder.</summary>
    public string RestoreFile { get; init; } = OwnCheckpoint;

    /// <summary>Start from these weights with a fresh optimiser, schedule and data order.</summary>
    public string? FinetuneFromModel { get; init; }

    public bool ResetDataloader { get; init; }

    public bool ResetLrScheduler { get; init; }

    public bool ResetMeters { get; init; }

    public bool ResetOptimizer { get; init; }

    /// <summary>Epochs between checkpoints.</summary>
    [Between(1, int.MaxValue)]
    public int SaveInterval { get; init; } = 1;

    /// <summary>Updates between checkpoints; 0 for none by updates.</summary>
    [Between(0, int.MaxValue)]
    public int SaveIntervalUpdates { get; init; }

    /// <summary>How many of the checkpoints by updates to keep, beside the best and the newest two; 0 or less for all.</summary>
    [Between(-1, int.MaxValue)]
    public int KeepIntervalUpdates { get; init; } = -1;

    /// <summary>How many of the checkpoints by epochs to keep, beside the best and the newest two; 0 or less for all.</summary>
    [Between(-1, int.MaxValue)]
    public int KeepLastEpochs { get; init; } = -1;

    /// <summary>How many of the best checkpoints to keep; 0 or less for the one best.</summary>
    [Between(-1, int.MaxValue)]
    public int KeepBestCheckpoints { get; init; } = -1;

    /// <summary>Write checkpoints in the background from a copy of the tensors, while the training goes on.</summary>
    public bool WriteCheckpointsAsynchronously { get; init; }

    public bool NoSave { get; init; }

    /// <summary>No checkpoint at the end of an epoch; the newest and the best stay.</summary>
    public bool NoEpochCheckpoints { get; init; }

    public bool NoLastCheckpoints { get; init; }

    public bool NoSaveOptimizerState { get; init; }

    /// <summary>The validation metric that decides which checkpoint is best.</summary>
    public string BestCheckpointMetric { get; init; } = "loss";

    public bool MaximizeBestCheckpointMetric { get; init; }

    /// <summary>Validations without improvement before the run stops; -1 never stops for that.</summary>
    [Between(-1, int.MaxValue)]
    public int Patience { get; init; } = -1;
}
