namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>criterion</c> (HubertCriterionConfig).</summary>
public sealed record CriterionConfig
{
    /// <summary>The criterion.</summary>
    [Key("_name"), Choices("hubert")]
    public string Name { get; init; } = "hubert";

    /// <summary>Weight of the loss over masked frames.</summary>
    [Between(0, 1e9)]
    public double PredMaskedWeight { get; init; } = 1;

    /// <summary>Weight of the loss over unmasked frames; 0 only scores them, at every tenth update and where a line is logged.</summary>
    /// <remarks>At 0 they are scored at every update.</remarks>
    [Between(0, 1e9)]
    public double PredNomaskWeight { get; init; }

    /// <summary>Weights of the further loss terms; HuBERT's only one is the features penalty. Null adds none.</summary>
    public IReadOnlyList<double>? LossWeights { get; init; }
}
