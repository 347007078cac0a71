namespace HubertSharp.LanguageModels;

/// <summary>
/// The n-grams of one order, in memory or in a mapped file: one behind the other, and a hash table of their places. Whatever the bytes
/// are, nothing outside of the two is read.
/// </summary>
/// <param name="entries">The n-grams.</param>
/// <param name="count">How many.</param>
/// <param name="slots">A part of the hash in the upper half, the place + 1 in the lower; 0 is free.</param>
/// <param name="slotCount">A power of two; 0 where nothing is looked up: single words lie at their id.</param>
internal readonly unsafe struct NgramTable(NgramEntry* entries, uint count, ulong* slots, uint slotCount)
{
    public const uint None = uint.MaxValue;

    public uint Count => count;

    public uint SlotCount => slotCount;

    public ReadOnlySpan<byte> EntryBytes(long offset, int length) => new((byte*)entries + offset, length);

    public ReadOnlySpan<byte> SlotBytes(long offset, int length) => new((byte*)slots + offset, length);

    public ref readonly NgramEntry this[uint place]
    {
        get
        {
            if (place >= count)
                throw LanguageModelFaults.Inconsistent();
            return ref entries[place];
        }
    }

    /// <summary>The place of an n-gram, or <see cref="None"/>.</summary>
    /// <param name="parent">The place of the n-gram without its first word, one order lower.</param>
    /// <param name="word">Its first word.</param>
    public uint Find(uint parent, uint word)
    {
        var key = NgramEntry.KeyOf(parent, word);
        var hash = Hash(key);
        var mask = slotCount - 1;
        var at = (uint)hash & mask;
        for (var probes = 0u; probes < slotCount; probes++, at = (at + 1) & mask)
        {
            var slot = slots[at];
            if (slot == 0)
                return None;
            var place = (uint)slot - 1;
            if ((slot ^ hash) >> 32 == 0 && this[place].Key == key)
                return place;
        }
        return None;
    }

    /// <summary>Spreads the bits of a key; the lower half is where to look first, the upper is kept in the slot.</summary>
    public static ulong Hash(ulong key)
    {
        key = (key ^ (key >> 32)) * 0x9e37_79b9_7f4a_7c15;
        key = (key ^ (key >> 29)) * 0xbf58_476d_1ce4_e5b9;
        return key ^ (key >> 32);
    }
}
