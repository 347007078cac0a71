namespace HubertSharp.Runs.Configuration.Groups;

/// <summary>
/// fairseq's group <c>distributed_training</c> (DistributedTrainingConfig). Processes are started by <c>mpirun</c>,
/// <c>srun</c> or <c>--nproc</c>, so ports, back ends and process counts per node mean nothing here.
/// </summary>
public sealed record DistributedTrainingConfig
{
    /// <summary>Values of <c>overlap</c>.</summary>
    public const string Auto = "auto", Always = "always";

    /// <summary>The value of <c>ddp_comm_hook</c> that sends gradients as float16.</summary>
    public const string HalfHook = "fp16";

    /// <summary>The value of <c>ddp_comm_hook</c> that sends gradients as bfloat16.</summary>
    public const string BrainHook = "bf16";

    /// <summary>Processes that the configuration was made for.</summary>
    /// <remarks>The default is the number of visible GPUs.</remarks>
    [Between(1, 1 << 20), Unit("processes")]
    public int DistributedWorldSize { get; init; } = 1;

    /// <summary>How much of the gradients the processes send each other at a time.</summary>
    [Between(1, 2048), Unit("MiB")]
    public int BucketCapMb { get; init; } = 25;

    /// <summary>
    /// What gradients travel as between processes: float32 (<c>none</c>), or rounded to 16 bits. They are scaled first, so that none
    /// becomes infinite, and added up in float32.
    /// </summary>
    /// <remarks><c>fp16</c> divides by the number of processes and adds up in float16; <c>bf16</c> is our own.</remarks>
    [Choices("none", HalfHook, BrainHook)]
    public string DdpCommHook { get; init; } = "none";

    /// <summary>
    /// Our own key: sum gradients while the backward pass still runs, those of a model's layers and of a tokenizer's decoder, which hides a
    /// slow network and costs a little work; <c>auto</c> does so between machines. In host memory alone, and with
    /// <see cref="Reproducible"/> among 2, 4, 8 ... processes.
    /// </summary>
    [Choices(Auto, Always, "never")]
    public string Overlap { get; init; } = Auto;

    /// <summary>
    /// Seconds that a process waits for the others before the job ends; -1 for <see cref="StepTimeout"/> and five median updates.
    /// </summary>
    /// <remarks>-1 never ends it.</remarks>
    [Between(-1, 1_000_000), Unit("seconds")]
    public int HeartbeatTimeout { get; init; } = -1;

    /// <summary>
    /// Our own key: sum the micro-batches' gradients in a fixed order, so that an update comes out the same, to the last bit, however many
    /// processes share its micro-batches (with as many threads in each). In bf16 and host memory, 2, 4, 8 ... processes do so in any case.
    /// </summary>
    public bool Reproducible { get; init; }

    /// <summary>
    /// Our own key: seconds that processes wait for each other until the first update is done, and while a checkpoint is written or a
    /// validation runs.
    /// </summary>
    [Between(1, 1_000_000), Unit("seconds")]
    public int StartTimeout { get; init; } = 300;

    /// <summary>Our own key: seconds that processes wait for each other in training, and five median updates more.</summary>
    [Between(1, 1_000_000), Unit("seconds")]
    public int StepTimeout { get; init; } = 100;

    /// <summary>Our own key: seconds without a sign of life after which a process counts as dead.</summary>
    [Between(5, 1_000_000), Unit("seconds")]
    public int DeathTimeout { get; init; } = 20;
}
