using System.Runtime.InteropServices;

namespace HubertSharp.LanguageModels;

/// <summary>Collects words, which get their ids in the order in which they come.</summary>
internal sealed unsafe class VocabularyBuilder
{
    private readonly PinnedList<byte> _text = new(1 << 12);
    private readonly PinnedList<long> _starts = new(1 << 8);
    private uint[] _slots = GC.AllocateArray<uint>(1 << 8, pinned: true);

    public VocabularyBuilder() => _starts.Add(0);

    public int Count => _starts.Count - 1;

    public Vocabulary Vocabulary => new(_text.Address, _text.Count, _starts.Address, (uint)Count,
        (uint*)Marshal.UnsafeAddrOfPinnedArrayElement(_slots, 0), (uint)_slots.Length);

    /// <summary>The id of a word, new or known.</summary>
    public uint Add(ReadOnlySpan<byte> word)
    {
        var id = Vocabulary.Find(word);
        if (id != Vocabulary.None)
            return id;
        id = (uint)Count;
        _text.Add(word);
        _starts.Add(_text.Count);
        if (2L * Count > _slots.Length)
        {
            _slots = GC.AllocateArray<uint>(2 * _slots.Length, pinned: true);
            for (var old = 0u; old <= id; old++)
                Put(old);
        }
        else
        {
            Put(id);
        }
        return id;
    }

    private void Put(uint id)
    {
        var mask = (uint)_slots.Length - 1;
        var at = Vocabulary.Hash(Vocabulary.Bytes(id)) & mask;
        while (_slots[at] != 0)
            at = (at + 1) & mask;
        _slots[at] = id + 1;
    }
}
