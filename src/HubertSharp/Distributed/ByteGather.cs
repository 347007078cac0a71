namespace HubertSharp.Distributed;

/// <summary>
/// Bytes of each rank for all of them. A length travels with a beginning, so that what is short takes one exchange and not two: between
/// machines far apart each costs a delay. How long a beginning is grows with what was sent before, which all ranks know.
/// </summary>
/// <param name="exchange">What each rank gives goes to all: this rank's bytes, and how many each gives.</param>
/// <param name="ranks">How many there are.</param>
internal sealed class ByteGather(Func<byte[], int[], byte[][]> exchange, int ranks)
{
    /// <summary>Bytes of the longest beginning.</summary>
    internal const int Longest = 4096;

    private int _beginning = 256;

    /// <param name="mine">This rank's.</param>
    /// <returns>Those of each, by rank.</returns>
    public byte[][] Of(byte[] mine)
    {
        var begun = new byte[sizeof(int) + _beginning];
        BitConverter.TryWriteBytes(begun, mine.Length);
        mine.AsSpan(0, Math.Min(mine.Length, _beginning)).CopyTo(begun.AsSpan(sizeof(int)));
        var all = exchange(begun, [.. Enumerable.Repeat(begun.Length, ranks)]);
        int[] lengths = [.. all.Select(one => BitConverter.ToInt32(one))];
        var longest = lengths.Max();
        var fits = longest <= _beginning;
        if (longest <= Longest)
            _beginning = Math.Max(_beginning, longest);
        return fits ? [.. all.Select((one, rank) => one[sizeof(int)..(sizeof(int) + lengths[rank])])] : exchange(mine, lengths);
    }
}
