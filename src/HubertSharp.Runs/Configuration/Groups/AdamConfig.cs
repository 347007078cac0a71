namespace HubertSharp.Runs.Configuration.Groups;

/// <summary><c>optimizer._name: adam</c>, fairseq's: eps is added to the uncorrected sqrt(v).</summary>
public sealed record AdamConfig : OptimizerConfig;
