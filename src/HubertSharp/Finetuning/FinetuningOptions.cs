using HubertSharp.Training;

namespace HubertSharp.Finetuning;

/// <summary>What a caller may ask of a fine-tuning beside its configuration.</summary>
public sealed record FinetuningOptions : TrainingOptions
{
    /// <summary>Train although the check of the transcripts found what cannot work.</summary>
    public bool ForceLabels { get; init; }

    /// <summary>Sees every training batch in its loader thread; a test breaks some of them here.</summary>
    internal Action<FinetuningBatch>? AfterCollate { get; init; }
}
