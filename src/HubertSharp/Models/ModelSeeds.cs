namespace HubertSharp.Models;

/// <summary>What each seed of a step is for; the numbers are part of a run's reproducibility.</summary>
internal static class ModelSeeds
{
    public const ulong Mask = 1, ChannelMask = 2, InputDropout = 3, Encoder = 4, Warp = 5;
}
