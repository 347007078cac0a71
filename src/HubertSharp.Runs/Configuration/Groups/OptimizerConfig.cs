namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>fairseq's group <c>optimizer</c> (FairseqAdamConfig): Adam with decoupled weight decay.</summary>
public sealed record OptimizerConfig
{
    [Key("_name"), Choices("adam")]
    public string Name { get; init; } = "adam";

    /// <summary>β1 and β2; in YAML the text <c>(0.9,0.98)</c> or a list of two.</summary>
    [Between(0, 1)]
    public (double Beta1, double Beta2) AdamBetas { get; init; } = (0.9, 0.999);

    /// <summary>Added to the uncorrected sqrt(v).</summary>
    [Between(0, 1)]
    public double AdamEps { get; init; } = 1e-8;

    [Between(0, 1e9)]
    public double WeightDecay { get; init; }

    [DefaultsTo("optimization.lr"), Between(0, 1e9)]
    public IReadOnlyList<double> Lr { get; init; } = [0.25];
}
