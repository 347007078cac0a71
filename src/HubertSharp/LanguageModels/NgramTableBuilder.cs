using System.Numerics;

namespace HubertSharp.LanguageModels;

/// <summary>Collects the n-grams of one order.</summary>
/// <param name="capacity">A guess at how many there will be.</param>
/// <param name="isUnigram">Words lie at their id and are not looked up.</param>
internal sealed unsafe class NgramTableBuilder(long capacity, bool isUnigram)
{
    private readonly PinnedList<NgramEntry> _entries = new(capacity);
    private ulong[] _slots = Slots(isUnigram ? 0 : capacity);

    public int Count => _entries.Count;

    public ref NgramEntry this[uint place] => ref _entries[(int)place];

    public NgramTable Table => new(_entries.Address, (uint)_entries.Count,
        (ulong*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_slots, 0), isUnigram ? 0 : (uint)_slots.Length);

    /// <summary>Appends an n-gram that is not there yet.</summary>
    /// <returns>Its place.</returns>
    public uint Add(uint parent, uint word, float probability, float backoff)
    {
        var place = (uint)_entries.Count;
        _entries.Add(new NgramEntry(NgramEntry.KeyOf(parent, word), probability, backoff));
        if (isUnigram)
            return place;
        if (3L * _entries.Count > 2L * _slots.Length)
        {
            _slots = Slots(_slots.Length);
            for (var old = 0u; old <= place; old++)
                Put(old);
        }
        else
        {
            Put(place);
        }
        return place;
    }

    private void Put(uint place)
    {
        var hash = NgramTable.Hash(_entries[(int)place].Key);
        var mask = (uint)_slots.Length - 1;
        var at = (uint)hash & mask;
        while (_slots[at] != 0)
            at = (at + 1) & mask;
        _slots[at] = (hash & 0xffff_ffff_0000_0000) | (place + 1);
    }

    // at most two thirds full
    private static ulong[] Slots(long entries) =>
        GC.AllocateArray<ulong>((int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(entries * 3 / 2, 16, 1 << 30)), pinned: true);
}
