using HubertSharp.Distributed;
using HubertSharp.Runs.Doctor.Watch;

namespace HubertSharp.Training;

/// <summary>What a caller may ask of any run beside its configuration.</summary>
public record TrainingOptions
{
    /// <summary>Told after every update; must be quick.</summary>
    public IProgress<TrainingStatus>? Progress { get; init; }

    /// <summary>Told of everything that a person should read: what was skipped, resumed, found.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>
    /// Stop after this update, as if interrupted: a checkpoint is written and the run can go on later. Null runs to the end.
    /// </summary>
    public long? StopAfterUpdate { get; init; }

    /// <summary>The doctor's look at the curves at each validation.</summary>
    public TrainingWatchOptions Watch { get; init; } = new();

    /// <summary>The processes that train together.</summary>
    internal Replicas Replicas { get; init; } = Replicas.Alone;

    /// <summary>Whether the processes have more to do together when the training has ended.</summary>
    internal bool StaysTogether { get; init; }

    /// <summary>
    /// Scale the loss as in fp16 whatever the precision: in float32 the scale cancels out exactly, which shows that it is applied right.
    /// </summary>
    internal bool ScaleLoss { get; init; }

    /// <summary>Apply updates as on a GPU, without a look at each: a test compares the two.</summary>
    internal bool LooksLater { get; init; }
}
