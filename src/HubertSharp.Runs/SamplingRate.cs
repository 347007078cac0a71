namespace HubertSharp.Runs;

/// <summary>The rate at which every model here hears audio, and which every count of samples is of.</summary>
public static class SamplingRate
{
    /// <summary>Samples per second. Recordings of other rates are brought to it when they are decoded.</summary>
    public const int Hz = 16_000;
}
