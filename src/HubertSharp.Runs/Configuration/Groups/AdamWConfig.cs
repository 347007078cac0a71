namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// <c>optimizer._name: adamw</c>, torch's AdamW under the keys of fairseq's adam (fairseq has no optimizer of this name): eps is added
/// to the corrected sqrt(v), and the default weight decay is torch's.
/// </summary>
public sealed record AdamWConfig : OptimizerConfig
{
    public AdamWConfig() => WeightDecay = 0.01;
}
