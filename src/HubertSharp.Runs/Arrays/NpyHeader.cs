using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace HubertSharp.Runs.Arrays;

/// <summary>
/// The header of a <c>.npy</c> file: magic, version, and a Python dictionary of <c>descr</c>, <c>fortran_order</c> and <c>shape</c>.
/// </summary>
/// <remarks>
/// Format: NumPy enhancement proposal 1 and numpy.lib.format. Nothing is evaluated; only the form that NumPy writes is taken.
/// </remarks>
internal sealed record NpyHeader(NpyElementType ElementType, long[] Shape, int DataOffset)
{
    /// <summary>What <see cref="Format"/> always occupies, so that a writer may fill in the shape when it knows it.</summary>
    public const int WrittenBytes = 128;

    /// <summary>No header of a plain array comes near this; a larger one is refused before it is read.</summary>
    private const int MaximumBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static readonly (string Code, NpyElementType Type, int Bytes)[] Types =
    [
        ("|b1", NpyElementType.Boolean, 1), ("|i1", NpyElementType.Int8, 1), ("|u1", NpyElementType.UInt8, 1),
        ("<i2", NpyElementType.Int16, 2), ("<u2", NpyElementType.UInt16, 2), ("<i4", NpyElementType.Int32, 4),
        ("<u4", NpyElementType.UInt32, 4), ("<i8", NpyElementType.Int64, 8), ("<u8", NpyElementType.UInt64, 8),
        ("<f2", NpyElementType.Float16, 2), ("<f4", NpyElementType.Float32, 4), ("<f8", NpyElementType.Float64, 8),
    ];

    public static int BytesOf(NpyElementType type) => Types.Single(t => t.Type == type).Bytes;

    /// <summary>Type of a NumPy code such as <c>&lt;f4</c>, <c>f4</c> or <c>|u1</c>; null where it is not read here.</summary>
    public static NpyElementType? TypeOf(string code)
    {
        foreach (var (known, type, bytes) in Types)
        {
            if (code == known || code == known[1..] || (bytes == 1 && code.Length == 3 && code[0] is '<' or '=' && code[1..] == known[1..]))
                return type;
        }
        return null;
    }

    /// <summary>The elements of a shape, or null where that is more than any file can hold.</summary>
    public static Int128? Elements(ReadOnlySpan<long> shape)
    {
        Int128 product = 1;
        foreach (var size in shape)
        {
            if (size < 0 || (product *= size) > long.MaxValue)
                return null;
        }
        return product;
    }

    /// <summary>Reads the header at the start of a file of <paramref name="fileBytes"/> bytes.</summary>
    /// <param name="read">Fills the span from the offset and returns how many bytes there were.</param>
    public static NpyHeader Read(string path, long fileBytes, Func<long, byte[], int> read)
    {
        var start = new byte[12];
        var got = read(0, start);
        if (got < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic))
            throw NpyFaults.NotNpy(path, got == 0 ? "an empty file" : $"bytes {Convert.ToHexString(start.AsSpan(0, Math.Min(got, 6)))}");
        var version = start[6];
        if (version is 0 or > 3 || (version > 1 && got < 12))
            throw NpyFaults.NotNpy(path, $"version {version}.{start[7]}");
        var textOffset = version == 1 ? 10 : 12;
        var textBytes = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (textBytes > MaximumBytes || textBytes > fileBytes - textOffset)
            throw NpyFaults.Header(path, $"at most {Math.Min(MaximumBytes, fileBytes - textOffset)} bytes", $"{textBytes}");
        var bytes = new byte[textBytes];
        if (read(textOffset, bytes) != bytes.Length)
            throw NpyFaults.Header(path, $"{textBytes} bytes", "fewer");
        return Parse(path, Encoding.Latin1.GetString(bytes), textOffset + bytes.Length);
    }

    /// <summary>The header's bytes, padded to <see cref="WrittenBytes"/>.</summary>
    public static byte[] Format(NpyElementType type, params ReadOnlySpan<long> shape)
    {
        var sizes = new StringBuilder();
        foreach (var size in shape)
            sizes.Append(CultureInfo.InvariantCulture, $"{size}, ");
        if (shape.Length > 1)
            sizes.Length -= 2;
        else if (shape.Length == 1)
            sizes.Length--;
        var text = $"{{'descr': '{Types.Single(t => t.Type == type).Code}', 'fortran_order': False, 'shape': ({sizes}), }}";
        var header = new byte[WrittenBytes];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), WrittenBytes - 10);
        header.AsSpan(10).Fill((byte)' ');
        if (Encoding.ASCII.GetBytes(text, header.AsSpan(10)) >= WrittenBytes - 10)
            throw new ArgumentException("a shape of too many dimensions", nameof(shape));
        header[^1] = (byte)'\n';
        return header;
    }

    private static NpyHeader Parse(string path, string text, int dataOffset)
    {
        const string expected = "{'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns)}";
        var parser = new PythonLiteral(text);
        string? descr = null, order = null;
        long[]? shape = null;
        var ok = parser.Take('{');
        while (ok && !parser.Take('}'))
        {
            ok = parser.String(out var key) && parser.Take(':');
            ok = ok && key switch
            {
                "descr" => descr is null && parser.String(out descr),
                "fortran_order" => order is null && parser.Word(out order),
                "shape" => shape is null && parser.Tuple(out shape),
                _ => false,
            };
            ok = ok && (parser.Take(',') || parser.Peek('}'));
        }
        if (!ok || !parser.AtEnd || descr is null || order is null || shape is null)
            throw NpyFaults.Header(path, expected, Shorten(text));
        if (order is not ("True" or "False"))
            throw NpyFaults.Header(path, "fortran_order True or False", Shorten(order));
        if (TypeOf(descr) is not { } type)
            throw NpyFaults.Unsupported(path, "little-endian numbers (<f2, <f4, <f8, <i1 to <i8, <u1 to <u8)", $"'{Shorten(descr)}'");
        if (order == "True" && shape.Length > 1)
            throw NpyFaults.Unsupported(path, "row-major (C) order", "column-major (Fortran) order");
        return new NpyHeader(type, shape, dataOffset);
    }

    private static string Shorten(string text)
    {
        var printable = new string([.. text.Take(80).Select(c => c is >= ' ' and <= '~' ? c : '?')]).TrimEnd();
        return printable.Length == 0 ? "nothing" : printable;
    }
}
