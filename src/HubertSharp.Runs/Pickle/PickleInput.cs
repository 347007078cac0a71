using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace HubertSharp.Runs.Pickle;

/// <summary>The bytes of a pickle, read forwards; every length is checked against what is left.</summary>
public sealed class PickleInput(string where, ReadOnlyMemory<byte> bytes)
{
    private const int MostLineBytes = 4096;
    private const int MostIntegerBytes = 256;

    /// <summary>The file's name, for messages.</summary>
    public string Where { get; } = where;

    public int Position { get; private set; }

    public int Remaining => bytes.Length - Position;

    public byte Byte() => Bytes(1)[0];

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    /// <exception cref="UserException">There are fewer.</exception>
    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > Remaining)
            throw PickleFaults.Damaged(Where, $"{count} bytes from byte {Position} on", $"{Remaining}");
        var span = bytes.Span.Slice(Position, (int)count);
        Position += (int)count;
        return span;
    }

    /// <summary>The next <paramref name="count"/> bytes where they lie, not copied.</summary>
    /// <exception cref="UserException">There are fewer.</exception>
    public ReadOnlyMemory<byte> Memory(long count)
    {
        var length = Bytes(count).Length;
        return bytes.Slice(Position - length, length);
    }

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    internal long Length32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    internal long Length64()
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));
        return length <= int.MaxValue ? (long)length : throw PickleFaults.Damaged(Where, $"at most {Remaining} bytes", $"{length}");
    }

    internal double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    internal string Text(long count)
    {
        try
        {
            return Strict.GetString(Bytes(count));
        }
        catch (DecoderFallbackException)
        {
            throw PickleFaults.Damaged(Where, "text in UTF-8", $"other bytes before byte {Position}");
        }
    }

    /// <summary>A line of the oldest protocol.</summary>
    internal string Line()
    {
        var rest = bytes.Span.Slice(Position, Math.Min(Remaining, MostLineBytes));
        var length = rest.IndexOf((byte)'\n');
        if (length < 0)
            throw PickleFaults.Damaged(Where, $"a line at byte {Position}", "no end of line");
        var line = Encoding.Latin1.GetString(rest[..length]);
        Position += length + 1;
        return line;
    }

    /// <summary>A little-endian two's complement integer: long where it fits, else BigInteger.</summary>
    internal object Integer(long byteCount)
    {
        if (byteCount > MostIntegerBytes)
            throw PickleFaults.TooLarge(Where, $"integers of at most {MostIntegerBytes} bytes", $"{byteCount}");
        return Shrink(new BigInteger(Bytes(byteCount)));
    }

    internal object DecimalInteger(string line)
    {
        var digits = line.EndsWith('L') ? line[..^1] : line;
        return digits.Length <= 2 * MostIntegerBytes
            && BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? Shrink(value)
            : throw PickleFaults.Damaged(Where, "an integer", digits.Length > 40 ? digits[..40] : digits);
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static object Shrink(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
}
