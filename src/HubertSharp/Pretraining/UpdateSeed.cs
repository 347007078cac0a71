namespace HubertSharp.Pretraining;

/// <summary>
/// Randomness as a pure function of (run seed, update, micro-batch, row, purpose): the order of threads and restarts change nothing.
/// SplitMix64 (Steele, Lea, Flood 2014) as the mixing function.
/// </summary>
internal static class UpdateSeed
{
    /// <summary>What a seed is for; two purposes never share a stream.</summary>
    public enum Purpose
    {
        BatchOrder = 1,
        EpochOrder = 2,
        Crop = 3,
        Mask = 4,
        Dropout = 5,
        ValidationCrop = 6,
        ValidationMask = 7,
    }

    public static ulong Derive(long runSeed, Purpose purpose, long update = 0, int microBatch = 0, int row = 0)
    {
        var state = Mix((ulong)runSeed + 0x9E3779B97F4A7C15UL);
        state = Mix(state ^ (ulong)purpose);
        state = Mix(state ^ (ulong)update);
        state = Mix(state ^ (ulong)microBatch);
        return Mix(state ^ (ulong)row);
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>) drawn from one seed.</summary>
    public static long Below(ulong seed, long bound) =>
        (long)(((UInt128)Mix(seed) * (ulong)bound) >> 64);

    /// <summary>Fisher-Yates with one draw per position.</summary>
    public static void Shuffle<T>(ulong seed, Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below(seed + ((ulong)i * 0xD1342543DE82EF95UL), i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
