using System.Buffers;
using System.Collections;
using System.Text;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// Texts by their keys, in the order in which they came, packed: each takes what key and text take in UTF-8 and some twenty bytes, so that
/// millions fit where objects would not.
/// </summary>
internal sealed class KeyedTexts
{
    private readonly PackedBytes _records = new(); // the key, then the text
    private readonly PackedSlots _slots;
    private readonly ArrayBufferWriter<byte> _record = new();
    private long[] _places = new long[16];
    private BitArray _asked = new(16);

    public KeyedTexts() => _slots = new PackedSlots(number => _records.TextAt(_places[number]));

    public int Count { get; private set; }

    /// <summary>Keys with their texts.</summary>
    public IEnumerable<(string Key, string Text)> All
    {
        get
        {
            for (var i = 0; i < Count; i++)
                yield return (KeyAt(i), TextAt(i));
        }
    }

    /// <summary>How many nobody has asked for, and the key of the first of them.</summary>
    public (int Count, string? First) Unasked
    {
        get
        {
            var (count, first) = (0, -1);
            for (var i = 0; i < Count; i++)
            {
                if (_asked[i])
                    continue;
                first = count++ == 0 ? i : first;
            }
            return (count, count == 0 ? null : KeyAt(first));
        }
    }

    /// <summary>Adds a text; false, and nothing is added, where its key has another one.</summary>
    public bool TryAdd(string key, string text)
    {
        if (_slots.Find(Encoding.UTF8.GetBytes(key)) is >= 0 and var same)
            return TextAt(same) == text;
        _record.ResetWrittenCount();
        Write(key);
        Write(text);
        if (Count == _places.Length)
        {
            Array.Resize(ref _places, 2 * Count);
            _asked.Length = 2 * Count;
        }
        _places[Count] = _records.Keep(_record.WrittenSpan);
        _slots.Add(Count++);
        return true;
    }

    /// <summary>The text of a key, or null; it counts as asked for from now on.</summary>
    public string? Ask(string key)
    {
        var number = _slots.Find(Encoding.UTF8.GetBytes(key));
        if (number < 0)
            return null;
        _asked[number] = true;
        return TextAt(number);
    }

    // as PackedBytes reads it
    private void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var bytes = _record.GetSpan(length + 5);
        var (at, left) = (0, (uint)length);
        for (; left >= 0x80; left >>= 7)
            bytes[at++] = (byte)(left | 0x80);
        bytes[at++] = (byte)left;
        _record.Advance(at + Encoding.UTF8.GetBytes(text, bytes[at..]));
    }

    private string KeyAt(int number) => Encoding.UTF8.GetString(_records.TextAt(_places[number]));

    private string TextAt(int number) => Encoding.UTF8.GetString(_records.TextBehind(_places[number]));
}
