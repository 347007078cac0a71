using HubertSharp.Runs;

namespace HubertSharp.Training;

/// <summary>
/// Randomness as a pure function of (run seed, update, micro-batch, row, purpose): the order of threads and restarts change nothing.
/// </summary>
internal static class UpdateSeed
{
    /// <summary>What a seed is for; two purposes never share a stream.</summary>
    public enum Purpose
    {
        Crop = 1,
        Step = 2,
        ValidationCrop = 3,
        ValidationStep = 4,
        Codes = 5,
    }

    public static ulong Derive(long runSeed, Purpose purpose, long update = 0, int microBatch = 0, int row = 0)
    {
        var state = SeededRandom.First((ulong)runSeed + 0x9E3779B97F4A7C15UL);
        state = SeededRandom.First(state ^ (ulong)purpose);
        state = SeededRandom.First(state ^ (ulong)update);
        state = SeededRandom.First(state ^ (ulong)microBatch);
        return SeededRandom.First(state ^ (ulong)row);
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>) drawn from one seed.</summary>
    public static long Below(ulong seed, long bound) => new SeededRandom(seed).Below(bound);
}
