namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>dataset</c> (DatasetConfig).</summary>
public sealed record DatasetConfig
{
    /// <summary>Loader threads; 0 decodes in the training thread.</summary>
    /// <remarks>Processes.</remarks>
    [Between(0, 1024), Unit("threads")]
    public int NumWorkers { get; init; } = 1;

    /// <summary>Samples in a batch at most.</summary>
    [Between(1, int.MaxValue), Unit("samples")]
    public int? MaxTokens { get; init; }

    /// <summary>Utterances in a batch at most.</summary>
    [Between(1, int.MaxValue), Unit("utterances")]
    public int? BatchSize { get; init; }

    /// <summary>A batch of more utterances than this is cut to a multiple of it.</summary>
    [Between(1, int.MaxValue), Unit("utterances")]
    public int RequiredBatchSizeMultiple { get; init; } = 8;

    /// <summary>Batches that the loader reads ahead.</summary>
    [Between(0, 100_000), Unit("batches")]
    public int DataBufferSize { get; init; } = 10;

    /// <summary>Name of the training manifest without <c>.tsv</c>.</summary>
    public string TrainSubset { get; init; } = "train";

    /// <summary>Names of the validation manifests, comma-separated.</summary>
    public string ValidSubset { get; init; } = "valid";

    /// <summary>Epochs between validations.</summary>
    [Between(1, int.MaxValue), Unit("epochs")]
    public int ValidateInterval { get; init; } = 1;

    /// <summary>Updates between validations; 0 for none by updates.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int ValidateIntervalUpdates { get; init; }

    /// <summary>No validation before this update.</summary>
    [Between(0, int.MaxValue), Unit("updates")]
    public int ValidateAfterUpdates { get; init; }

    /// <summary>Seed of the masks in validation; null takes one from <c>common.seed</c>.</summary>
    /// <remarks>Null draws new masks at every validation.</remarks>
    public int? FixedValidationSeed { get; init; }

    /// <summary>Never validate; no validation manifest is read.</summary>
    public bool DisableValidation { get; init; }

    /// <summary>Samples in a validation batch at most.</summary>
    [DefaultsTo("dataset.max_tokens"), Between(1, int.MaxValue), Unit("samples")]
    public int? MaxTokensValid { get; init; }

    /// <summary>Utterances in a validation batch at most.</summary>
    [DefaultsTo("dataset.batch_size"), Between(1, int.MaxValue), Unit("utterances")]
    public int? BatchSizeValid { get; init; }

    /// <summary>Validation batches at most; null for all.</summary>
    [Between(1, int.MaxValue), Unit("batches")]
    public int? MaxValidSteps { get; init; }

    /// <summary>Epochs at the start whose batches keep their order.</summary>
    [Between(0, int.MaxValue), Unit("epochs")]
    public int Curriculum { get; init; }

    /// <summary>
    /// Balances languages: one with the share q of the training audio is heard for a share proportional to q^(1/T). 1 leaves the data as
    /// it is; higher values bring the shares nearer to each other (5: 90% and 10% become 61% and 39%). An epoch takes every utterance of
    /// the language that is raised most and a part of the others, another one each time. Needs the manifest's third column.
    /// </summary>
    /// <remarks>No such key in this task; <c>sampling_temperature</c> of multilingual translation, or 1 / <c>alpha</c> elsewhere.</remarks>
    [Between(1, 1000)]
    public double LanguageTemperature { get; init; } = 1;
}
