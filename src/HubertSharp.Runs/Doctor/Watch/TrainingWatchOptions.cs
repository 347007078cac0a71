namespace HubertSharp.Runs.Doctor.Watch;

/// <summary>What the doctor does while a run trains.</summary>
public sealed record TrainingWatchOptions
{
    /// <summary>Look at the curves at each validation.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Ask the training to stop once the verdict is broken.</summary>
    public bool StopOnBroken { get; init; }

    /// <summary>Told of new findings and of the verdict's changes by a POST of JSON; http or https.</summary>
    public Uri? Webhook { get; init; }
}
