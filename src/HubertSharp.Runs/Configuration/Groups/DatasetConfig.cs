namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>dataset</c> (DatasetConfig).</summary>
public sealed record DatasetConfig
{
    /// <summary>Loader threads; 0 decodes in the training thread.</summary>
    [Between(0, 1024)]
    public int NumWorkers { get; init; } = 1;

    /// <summary>Samples in a batch at most.</summary>
    [Between(1, int.MaxValue)]
    public int? MaxTokens { get; init; }

    /// <summary>Utterances in a batch at most.</summary>
    [Between(1, int.MaxValue)]
    public int? BatchSize { get; init; }

    /// <summary>A batch of more utterances than this is cut to a multiple of it.</summary>
    [Between(1, int.MaxValue)]
    public int RequiredBatchSizeMultiple { get; init; } = 8;

    /// <summary>Batches that the loader reads ahead.</summary>
    [Between(0, 100_000)]
    public int DataBufferSize { get; init; } = 10;

    public string TrainSubset { get; init; } = "train";

    /// <summary>Names of the validation manifests, comma-separated.</summary>
    public string ValidSubset { get; init; } = "valid";

    /// <summary>Epochs between validations.</summary>
    [Between(1, int.MaxValue)]
    public int ValidateInterval { get; init; } = 1;

    /// <summary>Updates between validations; 0 for none by updates.</summary>
    [Between(0, int.MaxValue)]
    public int ValidateIntervalUpdates { get; init; }

    /// <summary>No validation before this update.</summary>
    [Between(0, int.MaxValue)]
    public int ValidateAfterUpdates { get; init; }

    /// <summary>Seed of the masks in validation; null draws new ones each time.</summary>
    public int? FixedValidationSeed { get; init; }

    public bool DisableValidation { get; init; }

    [DefaultsTo("dataset.max_tokens"), Between(1, int.MaxValue)]
    public int? MaxTokensValid { get; init; }

    [DefaultsTo("dataset.batch_size"), Between(1, int.MaxValue)]
    public int? BatchSizeValid { get; init; }

    /// <summary>Validation batches at most; null for all.</summary>
    [Between(1, int.MaxValue)]
    public int? MaxValidSteps { get; init; }

    /// <summary>Epochs at the start whose batches keep their order.</summary>
    [Between(0, int.MaxValue)]
    public int Curriculum { get; init; }
}
