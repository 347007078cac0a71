namespace HubertSharp.Runs.Chunks;

/// <summary>How a long recording is cut.</summary>
public sealed record ChunkOptions
{
    /// <summary>Seconds whose frames are kept of each chunk.</summary>
    public double Seconds { get; init; } = 20;

    /// <summary>Seconds that the model hears beside them on each side, so that frames near a cut have their surroundings.</summary>
    public double OverlapSeconds { get; init; } = 2;
}
