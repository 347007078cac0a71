namespace HubertSharp.Corpora.Formats;

/// <summary>Records of bytes one behind the other in large blocks: each takes what it holds. None is ever removed.</summary>
internal sealed class PackedBytes
{
    private const int FirstBytes = 1 << 12, MostDoublings = 10; // up to 4 MiB: a few records take no more than they need

    private readonly List<byte[]> _blocks = [];
    private int _used;

    /// <summary>Adds a record.</summary>
    /// <returns>Its place: the block, then the byte within it. What comes later has a higher one.</returns>
    public long Keep(ReadOnlySpan<byte> record)
    {
        if (_blocks.Count == 0 || _used + record.Length > _blocks[^1].Length)
        {
            _blocks.Add(new byte[Math.Max(FirstBytes << Math.Min(_blocks.Count, MostDoublings), record.Length)]);
            _used = 0;
        }
        record.CopyTo(_blocks[^1].AsSpan(_used));
        var place = ((long)(_blocks.Count - 1) << 32) | (uint)_used;
        _used += record.Length;
        return place;
    }

    /// <summary>The block of a place, and where in it the record begins.</summary>
    public (byte[] Bytes, int Start) At(long place) => (_blocks[(int)(place >> 32)], (int)place);

    /// <summary>A text that begins with its length, as a <see cref="BinaryWriter"/> writes it, in UTF-8.</summary>
    /// <param name="place">Where the length is.</param>
    public ReadOnlySpan<byte> TextAt(long place) => Text(place, out _);

    /// <summary>The text behind that one.</summary>
    public ReadOnlySpan<byte> TextBehind(long place)
    {
        Text(place, out var end);
        return Text(end, out _);
    }

    private ReadOnlySpan<byte> Text(long place, out long end)
    {
        var (bytes, at) = At(place);
        var (length, shift, start) = (0, 0, at);
        byte next;
        do
        {
            next = bytes[at++];
            length |= (next & 0x7f) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        end = place + (at + length - start);
        return bytes.AsSpan(at, length);
    }
}
