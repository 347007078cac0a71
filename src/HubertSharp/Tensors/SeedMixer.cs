namespace HubertSharp.Tensors;

/// <summary>
/// SplitMix64: derives independent seeds from one, and small amounts of random numbers. Everything random in the model is a pure
/// function of (seed, purpose), never of global state.
/// </summary>
public struct SeedMixer
{
    private ulong state;

    public SeedMixer(ulong seed) => state = seed;

    /// <summary>A seed of its own for each purpose.</summary>
    public static ulong Derive(ulong seed, ulong purpose)
    {
        var mixer = new SeedMixer(seed ^ Finish(purpose + 0x9E3779B97F4A7C15));
        return mixer.Next();
    }

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 .. <paramref name="bound"/> − 1.</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>Normal with mean 0 and standard deviation 1 (Box-Muller).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
