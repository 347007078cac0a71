namespace HubertSharp.Runs;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for a seed on every system and in every version. Everything random is a
/// pure function of seeds and purposes, never of global state.
/// </summary>
public sealed class SeededRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15, Multiplier = 0x5851F42D4C957F2D;
    private const int UniformsPerGaussian = 12; // their sum has variance 1

    private ulong _state;

    public SeededRandom(ulong seed) => _state = seed;

    /// <summary>The first number of a seed's stream.</summary>
    public static ulong First(ulong seed) => Finish(seed + Step);

    /// <summary>A seed of its own for each purpose.</summary>
    public static ulong Derive(ulong seed, ulong purpose) => First(seed ^ First(purpose));

    /// <summary>A stream of its own for one item, whatever was drawn before.</summary>
    public static SeededRandom ForItem(long seed, long item) => new(First((ulong)seed ^ unchecked((ulong)item * Multiplier)));

    /// <summary>One of several streams of a seed.</summary>
    public static SeededRandom ForStream(long seed, int stream) =>
        new(Finish((ulong)seed) ^ Finish(unchecked((ulong)stream + Multiplier)));

    public ulong Next() => Finish(_state += Step);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 .. <paramref name="bound"/> − 1; the bias is below bound / 2^64.</summary>
    public int Below(int bound) => (int)Below((long)bound);

    /// <inheritdoc cref="Below(int)"/>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (long)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>A whole number from <paramref name="least"/> up to and including <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + (int)Below(most - least + 1L);

    /// <summary>Normal with mean 0 and standard deviation 1 (Box-Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>
    /// Mean 0, standard deviation 1, within ±6: the sum of twelve uniform numbers, with arithmetic that rounds nowhere differently, for
    /// audio that is bit-identical everywhere.
    /// </summary>
    public float NextGaussian()
    {
        var sum = 0L;
        for (var i = 0; i < UniformsPerGaussian; i++)
            sum += (long)(Next() >> 40); // 24 bits each: the sum is exact
        return (float)((sum / (double)(1 << 24)) - (UniformsPerGaussian / 2));
    }

    public T Choose<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items[Below(items.Count)];
    }

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><paramref name="count"/> different numbers below <paramref name="total"/>, ascending (Floyd's algorithm).</summary>
    public long[] Sample(long total, int count)
    {
        var chosen = new HashSet<long>(count);
        for (var top = total - count; top < total; top++)
        {
            if (!chosen.Add(Below(top + 1)))
                chosen.Add(top);
        }
        long[] sorted = [.. chosen];
        Array.Sort(sorted);
        return sorted;
    }

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
