namespace HubertSharp.Runs.Chunks;

/// <summary>How a long recording is cut.</summary>
public sealed record ChunkOptions
{
    /// <summary>Seconds whose frames are kept of each chunk.</summary>
    public double Seconds { get; init; } = 20;

    /// <summary>Seconds that the model hears beside them on each side, so that frames near a cut have their surroundings.</summary>
    public double OverlapSeconds { get; init; } = 2;

    /// <summary>
    /// For tokenizers: longer than most recordings, which are then heard as a whole, and a look-ahead beyond what an LSTM is likely to
    /// remember.
    /// </summary>
    public static ChunkOptions OfTokenizers { get; } = new() { Seconds = 30, OverlapSeconds = 5 };

    private const double MostSeconds = 20_000;

    /// <summary>Tells what no recording can be cut by.</summary>
    /// <exception cref="UserException">Seconds that are none, or too many to compute at once.</exception>
    public void Check()
    {
        if (!(Seconds > 0 && Seconds <= MostSeconds))
            throw ChunkFaults.Seconds(MostSeconds, Seconds);
        if (!(OverlapSeconds >= 0 && double.IsFinite(OverlapSeconds)))
            throw ChunkFaults.Overlap(OverlapSeconds);
        if (2 * OverlapSeconds > Seconds)
            throw ChunkFaults.Bad(Seconds, OverlapSeconds);
    }
}
