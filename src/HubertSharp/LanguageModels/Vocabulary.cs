using System.Text;

namespace HubertSharp.LanguageModels;

/// <summary>The words of a model, in memory or in a mapped file. Whatever the bytes are, nothing outside of them is read.</summary>
/// <param name="text">All words in UTF-8, one behind the other.</param>
/// <param name="textBytes">How long that is.</param>
/// <param name="starts">Where each begins, and the end: one more than there are words.</param>
/// <param name="count">How many words.</param>
/// <param name="slots">A hash table of ids + 1; 0 is free.</param>
/// <param name="slotCount">A power of two.</param>
internal readonly unsafe struct Vocabulary(byte* text, long textBytes, long* starts, uint count, uint* slots, uint slotCount)
{
    public const uint None = uint.MaxValue;

    private const int OnStack = 256; // bytes

    public int Count => (int)count;

    public uint SlotCount => slotCount;

    public long TextBytes => textBytes;

    public ReadOnlySpan<byte> StartBytes(long offset, int length) => new((byte*)starts + offset, length);

    public ReadOnlySpan<byte> AllText(long offset, int length) => new(text + offset, length);

    public ReadOnlySpan<byte> SlotBytes(long offset, int length) => new((byte*)slots + offset, length);

    public ReadOnlySpan<byte> Bytes(uint id)
    {
        if (id >= count)
            throw LanguageModelFaults.Inconsistent();
        var (start, end) = (starts[id], starts[id + 1]);
        return start >= 0 && start <= end && end <= textBytes && end - start <= int.MaxValue
            ? new ReadOnlySpan<byte>(text + start, (int)(end - start))
            : throw LanguageModelFaults.Inconsistent();
    }

    /// <summary>The id of a word, or <see cref="None"/>.</summary>
    public uint Find(ReadOnlySpan<byte> word)
    {
        var mask = slotCount - 1;
        var at = Hash(word) & mask;
        for (var probes = 0u; probes < slotCount && slots[at] != 0; probes++, at = (at + 1) & mask)
        {
            if (Bytes(slots[at] - 1).SequenceEqual(word))
                return slots[at] - 1;
        }
        return None;
    }

    public uint Find(ReadOnlySpan<char> word)
    {
        var most = Encoding.UTF8.GetMaxByteCount(word.Length);
        var bytes = most <= OnStack ? stackalloc byte[most] : new byte[most];
        return Find(bytes[..Encoding.UTF8.GetBytes(word, bytes)]);
    }

    /// <summary>FNV-1a, and its bits spread.</summary>
    public static uint Hash(ReadOnlySpan<byte> word)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in word)
            hash = (hash ^ b) * 1099511628211;
        return (uint)(hash ^ (hash >> 32));
    }
}
