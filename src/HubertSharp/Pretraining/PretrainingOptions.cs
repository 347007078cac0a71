namespace HubertSharp.Pretraining;

/// <summary>What a caller may ask of a run beside its configuration.</summary>
public sealed record PretrainingOptions
{
    /// <summary>Told after every update; must be quick.</summary>
    public IProgress<PretrainingStatus>? Progress { get; init; }

    /// <summary>Told of everything that a person should read: what was skipped, resumed, found.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Train although the label check found what cannot work.</summary>
    public bool ForceLabels { get; init; }

    /// <summary>Stop after this update, as if interrupted: a checkpoint is written and the run can go on later. Null runs to the end.</summary>
    public long? StopAfterUpdate { get; init; }
}
