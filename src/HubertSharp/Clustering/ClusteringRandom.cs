namespace HubertSharp.Clustering;

/// <summary>A stream of random numbers that is the same on every machine and runtime: SplitMix64 (Steele, Lea and Flood, 2014).</summary>
internal sealed class ClusteringRandom
{
    private ulong _state;

    public ClusteringRandom(long seed, int stream) =>
        _state = Mix(unchecked((ulong)seed)) ^ Mix(unchecked((ulong)stream + 0x5851f42d4c957f2dUL));

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="count"/>); the bias is below count / 2^64.</summary>
    public long Next(long count) => (long)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary><paramref name="count"/> different numbers below <paramref name="total"/>, ascending (Floyd's algorithm).</summary>
    public long[] Sample(long total, int count)
    {
        var chosen = new HashSet<long>(count);
        for (var top = total - count; top < total; top++)
        {
            if (!chosen.Add(Next(top + 1)))
                chosen.Add(top);
        }
        long[] sorted = [.. chosen];
        Array.Sort(sorted);
        return sorted;
    }

    public void Shuffle(Span<long> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = (int)Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private ulong Next() => Mix(_state += 0x9e3779b97f4a7c15UL);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
