namespace HubertSharp.Training.Data;

/// <summary>
/// numpy's legacy generator (<c>np.random.seed</c>, MT19937 of Matsumoto and Nishimura 1998), as far as fairseq uses it to order
/// its data: with the same seed and the same manifest an epoch meets the same batches in the same order as in fairseq.
/// </summary>
internal sealed class NumpyRandom
{
    private const int Words = 624;
    private const int Shift = 397;

    private readonly uint[] _state = new uint[Words];
    private int _next = Words;

    public NumpyRandom(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Words; i++)
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
    }

    /// <summary><c>np.random.shuffle</c>, and <c>np.random.permutation(n)</c> when the items are 0 to n − 1.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)UpTo((uint)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The next 32 bits.</summary>
    public uint Next()
    {
        if (_next == Words)
            Refill();
        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    // a uniform number in [0, highest], drawn again while it is above
    private uint UpTo(uint highest)
    {
        var mask = (uint)((1UL << (32 - System.Numerics.BitOperations.LeadingZeroCount(highest))) - 1);
        uint value;
        do
            value = Next() & mask;
        while (value > highest);
        return value;
    }

    private void Refill()
    {
        for (var i = 0; i < Words; i++)
        {
            var y = (_state[i] & 0x80000000u) | (_state[(i + 1) % Words] & 0x7fffffffu);
            _state[i] = _state[(i + Shift) % Words] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0);
        }
        _next = 0;
    }
}
