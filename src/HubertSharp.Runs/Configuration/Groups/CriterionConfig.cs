namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>criterion</c> (HubertCriterionConfig).</summary>
public sealed record CriterionConfig
{
    [Key("_name"), Choices("hubert")]
    public string Name { get; init; } = "hubert";

    [Between(0, 1e9)]
    public double PredMaskedWeight { get; init; } = 1;

    [Between(0, 1e9)]
    public double PredNomaskWeight { get; init; }

    /// <summary>Weights of the further loss terms; HuBERT's only one is the features penalty. Null adds none.</summary>
    public IReadOnlyList<double>? LossWeights { get; init; }
}
