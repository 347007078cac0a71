namespace HubertSharp.Corpora;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for a seed on every system and in every version, with arithmetic that
/// rounds nowhere differently. What it makes is bit-identical everywhere.
/// </summary>
internal sealed class SeededRandom(long seed)
{
    private const int UniformsPerGaussian = 12; // their sum has variance 1

    private ulong _state = (ulong)seed;

    /// <summary>A stream of its own for one item, whatever was drawn before.</summary>
    public static SeededRandom ForItem(long seed, long item) => new((long)new SeededRandom(seed ^ (item * 0x5851F42D4C957F2D)).NextBits());

    /// <summary>A whole number from <paramref name="least"/> up to and including <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + (int)(((UInt128)NextBits() * (ulong)(most - least + 1L)) >> 64);

    /// <summary>Mean 0, standard deviation 1, within ±6: the sum of twelve uniform numbers.</summary>
    public float Gaussian()
    {
        var sum = 0L;
        for (var i = 0; i < UniformsPerGaussian; i++)
            sum += (long)(NextBits() >> 40); // 24 bits each: the sum is exact
        return (float)((sum / (double)(1 << 24)) - (UniformsPerGaussian / 2));
    }

    public T Choose<T>(IReadOnlyList<T> items) => items[Between(0, items.Count - 1)];

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Between(0, i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        var x = _state;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
