namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// fairseq's group <c>optimizer</c> (FairseqAdamConfig); <c>_name</c> says which Adam. Weight decay is decoupled in both: it does not
/// pass through the averages.
/// </summary>
[Record("adam", typeof(AdamConfig))]
[Record("adamw", typeof(AdamWConfig))]
public abstract record OptimizerConfig
{
    /// <summary>β1 and β2; in YAML the text <c>(0.9,0.98)</c> or a list of two.</summary>
    [Between(0, 1)]
    public (double Beta1, double Beta2) AdamBetas { get; init; } = (0.9, 0.999);

    /// <summary>Added to sqrt(v): by <c>adam</c> before the bias correction, by <c>adamw</c> after it.</summary>
    [Between(0, 1)]
    public double AdamEps { get; init; } = 1e-8;

    /// <summary>Every update takes learning rate × this off every weight, norms and biases included.</summary>
    [Between(0, 1e9)]
    public double WeightDecay { get; init; }

    /// <summary>The schedule's own <c>lr</c> decides; this one is here because fairseq writes it.</summary>
    /// <remarks>What the optimizer begins with, before the schedule sets it.</remarks>
    [DefaultsTo("optimization.lr"), Between(0, 1e9)]
    public IReadOnlyList<double> Lr { get; init; } = [0.25];
}
