using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace HubertSharp.Tests;

/// <summary>Files made to cost a reader more than they hold.</summary>
internal static class HostileFiles
{
    private const int Size = 1 << 19;

    /// <summary>
    /// What any text reader may be given: endless lines, lines without end, nests, very many of everything; also behind a good beginning.
    /// </summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Texts(string beginning = "")
    {
        foreach (var (name, repeated) in s_repeated.Value)
        {
            yield return (name, repeated);
            if (beginning.Length > 0)
                yield return ($"{name} behind '{beginning.ReplaceLineEndings("/")}'", [.. Encoding.UTF8.GetBytes(beginning), .. repeated]);
        }
        foreach (var (name, isBehind, bytes) in s_many.Value)
            yield return (name, isBehind ? [.. Encoding.UTF8.GetBytes(beginning), .. bytes] : bytes);
    }

    /// <summary>One piece over and over: made once, for thirty readers.</summary>
    private static readonly Lazy<(string Name, byte[] Bytes)[]> s_repeated = new(() =>
    [
        .. new[]
        {
            ("one endless line", "a"), ("empty lines", "\n"), ("spaces", " "), ("tabs", "\t"), ("nothing but zeros", "\0"),
            ("no UTF-8", "\u00ff"), ("wide characters", "\u4e2d"),
            ("short lines", "1\n"), ("pairs", "1 1\n"), ("a table", "1\t2\n"), ("named numbers", "loss=1 "), ("lists in lists", "["),
            ("objects in objects", "{\"a\":"),
            ("numbers", "0,"), ("lists", "[],"), ("objects", "{},"), ("dashes", "- "), ("dashed lines", "- a\n"), ("quotes", "\""),
            ("backslashes", "\\"), ("segments", "a:1:2 "), ("phones", "a,"),
        }.Select(p => (p.Item1, Repeated(p.Item1 == "no UTF-8" ? [0xff] : Encoding.UTF8.GetBytes(p.Item2)))),
    ]);

    /// <summary>Very many that differ, and lists; whether a good beginning may stand before them.</summary>
    private static readonly Lazy<(string Name, bool IsBehind, byte[] Bytes)[]> s_many = new(() =>
    {
        var random = new Random(1);
        byte[] Many(int count, Func<int, string> line, string before = "", string after = "") =>
            Encoding.UTF8.GetBytes($"{before}{string.Concat(Enumerable.Range(0, count).Select(line))}{after}");
        return
        [
            ("lines that differ", true, Many(Size / 10, i => $"{random.Next():x} {i % 9}\n")),
            ("rows that differ", true, Many(Size / 12, i => $"{random.Next():x}\t{1 + (i % 9)}\n")),
            ("names that differ", false, Many(Size / 12, _ => $"\"{random.Next():x}\":1,", "{", "\"a\":1}")),
            ("a list", false, Many(Size / 2, _ => "0,", "[", "0]")),
            ("a list of lists", false, Many(Size / 3, _ => "[],", "[", "[]]")),
            ("a list of objects", false, Many(Size / 3, _ => "{},", "[", "{}]")),
            ("a list of named lists", false, Many(Size / 9, _ => "{\"a\":[]},", "{\"starts\":[", "{}]}")),
        ];
    });

    private static byte[] Repeated(byte[] piece)
    {
        var all = new byte[Size / piece.Length * piece.Length];
        for (var at = 0; at < all.Length; at += piece.Length)
            piece.CopyTo(all, at);
        return all;
    }

    /// <summary>
    /// Metrics as this program and others write them, with names that differ in every line, in one gzip member of a thousandth.
    /// </summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Logs()
    {
        foreach (var (name, line) in new (string, Func<int, string>)[]
        {
            ("lines of one run", i => $"{{\"tag\": \"train\", \"num_updates\": \"{i}\", \"loss\": \"4.5\"}}\n"),
            ("names of their own", i => $"{{\"update\": 1.0, \"num_updates\": \"{i}\", \"loss_{i}\": \"4.5\", \"loss\": \"5\"}}\n"),
            ("spaces", _ => new string(' ', 64)),
        })
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300_000).Select(line)));
            yield return ($"{name}, gzip", Pack(text, stream => new GZipStream(stream, CompressionLevel.SmallestSize)));
            yield return ($"{name}, UTF-16", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(text.AsSpan(0, 4 * Size)))]);
        }
    }

    /// <summary>Pickles for joblib: nests, memories, lengths; plain and as bombs.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Pickles()
    {
        foreach (var (name, pickle) in Opcodes())
        {
            yield return (name, pickle);
            yield return ($"{name}, zlib", Pack(pickle, stream => new ZLibStream(stream, CompressionLevel.SmallestSize)));
        }
        byte[] text = [0x80, 4, (byte)'X', .. BitConverter.GetBytes(128 << 20), .. new byte[128 << 20], (byte)'.'];
        yield return ("zeros, zlib", Pack(text, stream => new ZLibStream(stream, CompressionLevel.Fastest)));
        yield return ("zeros, gzip", Pack(text, stream => new GZipStream(stream, CompressionLevel.Fastest)));
        yield return ("a length", [0x80, 4, 0x8e, .. BitConverter.GetBytes((long)int.MaxValue), (byte)'.']);
    }

    /// <summary>The same pickles in an archive as torch.save lays it out, stored and as bombs.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> TorchFiles()
    {
        foreach (var (name, pickle) in Opcodes())
        {
            foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.SmallestSize })
            {
                using var archive = new MemoryStream();
                using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
                using (var entry = zip.CreateEntry("archive/data.pkl", level).Open())
                    entry.Write(pickle);
                yield return ($"{name}, {level}", archive.ToArray());
            }
        }
        foreach (var (name, bytes) in Texts("PK\u0003\u0004"))
            yield return (name, bytes);
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Opcodes() => new[]
    {
        ("lists", "]"), ("dictionaries", "}"), ("sets", "\u008f"), ("marks", "("), ("memories", "\u0094"), ("copies", "2"),
        ("nothings", "N"), ("tuples", ")"),
        ("lists in lists", "]]a"), ("lists with marks", "(]"), ("words", "\u008c\u0001a"), ("remembered", "N\u0094"),
        ("numbers", "K\u0001"), ("long numbers", "\u008a\u0001\u0001"),
    }.Select(o => (o.Item1,
        (byte[])[0x80, 4, .. Encoding.Latin1.GetBytes("]" + string.Concat(Enumerable.Repeat(o.Item2, Size))), (byte)'.']));

    /// <summary>Flat faiss indexes that claim more than they hold, and kinds that are not read.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> FaissIndexes()
    {
        foreach (var code in new[] { "IxF2", "IxFI", "IxFl", "IwFl", "IxPT", "I000" })
        {
            foreach (var (dimensions, vectors, values) in new[]
            {
                (1 << 20, 1L << 20, 1L << 40), (int.MaxValue, 1, int.MaxValue), (-1, -1, 1), (0, 0, 0), (1 << 20, 1 << 20, 0),
                (1, 1, long.MaxValue),
                (256, 1024, 256 * 1024), (1, 4, 4),
            })
            {
                byte[] header = [.. Encoding.ASCII.GetBytes(code), .. BitConverter.GetBytes(dimensions), .. BitConverter.GetBytes(vectors),
                    .. new byte[21], .. BitConverter.GetBytes(values)];
                yield return ($"{code} {dimensions} {vectors}", header);
                yield return ($"{code} {dimensions} {vectors}, full", [.. header, .. new byte[Size]]);
                yield return ($"{code} {dimensions} {vectors}, cut", header[..20]);
            }
        }
    }

    public static IEnumerable<(string Name, byte[] Bytes)> Arrays()
    {
        foreach (var shape in new[]
        {
            "(1099511627776,)", "(1073741824, 1)", "(1, 1073741824)", "(0, 1048576)", "(1048576, 0)",
            $"({string.Concat(Enumerable.Repeat("1, ", 9000))})", new string('(', 60_000), "(" + new string('9', 60_000) + ",)",
        })
        {
            var header = Encoding.Latin1.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
            yield return (shape[..Math.Min(20, shape.Length)],
                [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header]);
        }
        yield return ("a long header", [0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0x7f, .. new byte[Size]]);
    }

    public static IEnumerable<(string Name, byte[] Bytes)> Safetensors()
    {
        byte[] With(string json, int data = 0) =>
            [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(json)), .. Encoding.UTF8.GetBytes(json), .. new byte[data]];
        foreach (var (name, bytes) in Texts())
            yield return (name, [.. BitConverter.GetBytes((long)bytes.Length), .. bytes]);
        yield return ("a long header", [0, 0, 0, 5, 0, 0, 0, 0, (byte)'{']);
        yield return ("empty tensors",
            With("{" + string.Join(',',
                Enumerable.Range(0, 15_000).Select(i => $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}"));
        yield return ("one place",
            With("{" + string.Join(',', Enumerable.Range(0, 2_000)
                .Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[{Size}],\"data_offsets\":[0,{Size}]}}")) + "}", Size));
        yield return ("sizes", With(
            $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', Enumerable.Repeat("1", Size / 2))}],\"data_offsets\":[0,4]}}}}", 4));
    }

    /// <summary>Event files: one record of the largest length, very many of the smallest, names that differ.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Events()
    {
        using var largest = new MemoryStream();
        using var names = new MemoryStream();
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, long.MaxValue);
        largest.Write([.. length, .. BitConverter.GetBytes(HubertSharp.Runs.Doctor.Logs.TensorBoard.Crc32C.Masked(length)),
            .. new byte[100]]);
        for (var i = 0; i < 20_000; i++)
            names.Write(Doctor.Logs.TensorBoard.EventFiles.Record(Doctor.Logs.TensorBoard.EventFiles.Event($"loss_{i}", i, 1)));
        yield return ("the largest record", largest.ToArray());
        yield return ("names that differ", names.ToArray());
    }

    public static byte[] Pack(byte[] bytes, Func<Stream, Stream> open)
    {
        using var packed = new MemoryStream();
        using (var stream = open(packed))
            stream.Write(bytes);
        return packed.ToArray();
    }
}
