using HubertSharp.Training;

namespace HubertSharp.Pretraining;

/// <summary>What a caller may ask of a pre-training beside its configuration.</summary>
public sealed record PretrainingOptions : TrainingOptions
{
    /// <summary>Train although the label check found what cannot work.</summary>
    public bool ForceLabels { get; init; }

    /// <summary>Draw label embeddings and final projection anew when starting from a model, although it has as many classes.</summary>
    public bool NewLabels { get; init; }

    /// <summary>Sees every training batch in its loader thread; a test breaks some of them here.</summary>
    internal Action<PretrainingBatch>? AfterCollate { get; init; }
}
