namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// fairseq's group <c>distributed_training</c> (DistributedTrainingConfig). Processes are started by <c>mpirun</c> or
/// <c>srun</c>, so ports, back ends and process counts per node mean nothing here.
/// </summary>
public sealed record DistributedTrainingConfig
{
    /// <summary>Processes that the configuration was made for.</summary>
    /// <remarks>The default is the number of visible GPUs.</remarks>
    [Between(1, 1 << 20), Unit("processes")]
    public int DistributedWorldSize { get; init; } = 1;
}
