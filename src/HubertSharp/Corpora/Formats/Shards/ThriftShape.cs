namespace HubertSharp.Corpora.Formats.Shards;

/// <summary>
/// Whether bytes are one whole structure of Thrift's compact protocol, as the description at the end of a Parquet file is: every field
/// lies within them, and the last one is followed by a stop. Parquet.Net goes on for ever where they end too soon.
/// </summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md</remarks>
internal ref struct ThriftShape
{
    private const int Deepest = 32; // Parquet's own structures are 8 deep

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private bool _isBroken;

    private ThriftShape(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <returns>False where a field, its length or the stop is missing, or where a type does not exist.</returns>
    public static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        var shape = new ThriftShape(bytes);
        shape.Structure(Deepest);
        return !shape._isBroken;
    }

    private void Structure(int depth)
    {
        while (!_isBroken)
        {
            var head = Byte();
            if (head == 0)
                return;
            if (head >> 4 == 0)
                Number(); // the field's whole id, where the step from the one before is not 1 to 15
            if ((head & 15) is not (1 or 2)) // a Boolean is in its type
                Value(head & 15, depth);
        }
    }

    private void Value(int type, int depth)
    {
        if (depth == 0)
        {
            _isBroken = true;
            return;
        }
        switch (type)
        {
            case 1 or 2 or 3:
                Byte();
                break;
            case 4 or 5 or 6:
                Number();
                break;
            case 7:
                Skip(sizeof(double));
                break;
            case 8:
                Skip(Number());
                break;
            case 9 or 10:
                var head = Byte();
                Values(head >> 4 == 15 ? Number() : (ulong)(head >> 4), head & 15, null, depth);
                break;
            case 11:
                var pairs = Number();
                var types = pairs == 0 ? 0 : Byte();
                Values(pairs, types >> 4, types & 15, depth);
                break;
            case 12:
                Structure(depth - 1);
                break;
            default:
                _isBroken = true;
                break;
        }
    }

    // every value takes a byte at least, so that more values than bytes end early
    private void Values(ulong count, int type, int? second, int depth)
    {
        for (var i = 0UL; i < count && !_isBroken; i++)
        {
            Value(type, depth - 1);
            if (second is { } other)
                Value(other, depth - 1);
        }
    }

    private int Byte()
    {
        _isBroken |= _at >= _bytes.Length;
        return _isBroken ? 0 : _bytes[_at++];
    }

    private ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        _isBroken = true;
        return 0;
    }

    private void Skip(ulong count)
    {
        _isBroken |= count > (ulong)(_bytes.Length - _at);
        if (!_isBroken)
            _at += (int)count;
    }
}
