namespace HubertSharp.Corpora.Formats;

/// <summary>Numbers by keys that are kept elsewhere: a hash table of four bytes a slot.</summary>
/// <param name="keyOf">The key of a number.</param>
internal sealed class PackedSlots(PackedSlots.Key keyOf)
{
    private int[] _slots = new int[32]; // the number + 1; 0 is free
    private int _count;

    public delegate ReadOnlySpan<byte> Key(int number);

    /// <summary>The number of a key; -1 where it has none.</summary>
    public int Find(ReadOnlySpan<byte> key) => _slots[Slot(key)] - 1;

    /// <summary>Adds a number whose key has none.</summary>
    public void Add(int number)
    {
        _slots[Slot(keyOf(number))] = number + 1;
        if (4L * ++_count > 3L * _slots.Length)
            Grow();
    }

    // where the key is, or where it would be
    private int Slot(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        var slot = hash.ToHashCode() & (_slots.Length - 1);
        while (_slots[slot] is > 0 and var number && !keyOf(number - 1).SequenceEqual(key))
            slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }

    private void Grow()
    {
        var before = _slots;
        _slots = new int[2 * before.Length];
        foreach (var number in before)
        {
            if (number > 0)
                _slots[Slot(keyOf(number - 1))] = number;
        }
    }
}
