using System.Buffers.Binary;
using System.Text.Json;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Arrays;

/// <summary>
/// The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes. Files come from outside: every
/// length is checked against the file before anything is allocated, and nothing in a file is ever executed.
/// </summary>
/// <remarks>Memory: at most 32 bytes per byte of the file, and 1 MiB.</remarks>
public sealed class SafetensorsFile
{
    /// <summary>The reference implementation's own limit.</summary>
    private const long MaximumHeaderBytes = 100_000_000;

    private readonly string path;
    private readonly Dictionary<string, SafetensorsTensor> byName;

    private SafetensorsFile(string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        this.path = path;
        Tensors = tensors;
        Metadata = metadata;
        byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order of the header.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="UserException">No tensor of that name.</exception>
    public SafetensorsTensor this[string name] =>
        byName.TryGetValue(name, out var tensor) ? tensor : throw SafetensorsFaults.NoTensor(path, name);

    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="UserException">Missing or damaged.</exception>
    public static SafetensorsFile Read(string path) => Read(path, _ => true);

    /// <summary>Reads some tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">Is asked each name, in the order of the header.</param>
    /// <exception cref="UserException">Missing or damaged.</exception>
    public static SafetensorsFile Read(string path, Func<string, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        if (!File.Exists(path))
            throw SafetensorsFaults.Missing(path);
        using var stream = RegularFile.OpenRead(path);
        var prefix = new byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw SafetensorsFaults.Damaged(path, "shorter than 8 bytes");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)Math.Min(stream.Length - 8, MaximumHeaderBytes))
            throw SafetensorsFaults.Damaged(path, $"the header claims {headerLength} bytes, the file has {stream.Length}");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var dataLength = stream.Length - 8 - header.Length;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = ReadHeader(path, header, dataLength, metadata);
        var tensors = new List<SafetensorsTensor>(entries.Count);
        foreach (var (name, dtype, shape, begin, length) in entries)
        {
            if (!isWanted(name))
                continue;
            var bytes = new byte[length];
            stream.Position = 8 + header.Length + begin;
            stream.ReadExactly(bytes);
            tensors.Add(new SafetensorsTensor(name, dtype, shape, bytes));
        }
        return new SafetensorsFile(path, tensors, metadata);
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, [.. tensors.Select(
            t => new SafetensorsSource(t.Name, t.DType, t.Shape, t.Bytes.Length, stream => stream.Write(t.Bytes.Span)))], metadata);

    /// <summary>Writes a file whole or not at all, tensor by tensor, so that none has to be in memory twice.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Header(tensors, metadata));
            foreach (var tensor in tensors)
            {
                var start = stream.Position;
                tensor.WriteTo(stream);
                if (stream.Position - start != tensor.LengthBytes)
                    throw new ArgumentException(
                        $"'{tensor.Name}': {stream.Position - start} bytes were written and {tensor.LengthBytes} announced",
                        nameof(tensors));
            }
        });

    private static byte[] Header(IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                if (tensor.Shape.Aggregate(1L, (product, size) => product * size) * (BitsOf(tensor.DType) ?? 0) != tensor.LengthBytes * 8)
                    throw new ArgumentException($"'{tensor.Name}': {tensor.LengthBytes} bytes do not fill its shape", nameof(tensors));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.DType);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.LengthBytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(bytes.Length - 8));
        return bytes;
    }

    private static List<(string Name, string DType, long[] Shape, long Begin, int Length)> ReadHeader(
        string path, byte[] header, long dataLength, Dictionary<string, string> metadata)
    {
        var entries = new List<(string, string, long[], long, int)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var claimed = 0L;
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (!seen.Add(property.Name))
                    throw SafetensorsFaults.Damaged(path, $"'{property.Name}' twice");
                if (property.Name == "__metadata__")
                {
                    foreach (var item in property.Value.EnumerateObject())
                        metadata[item.Name] = item.Value.GetString() ?? "";
                    continue;
                }
                var dtype = property.Value.GetProperty("dtype").GetString() ?? "";
                var shape = property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
                var offsets = property.Value.GetProperty("data_offsets");
                var (begin, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
                var bits = BitsOf(dtype) ?? throw SafetensorsFaults.Damaged(path, $"'{property.Name}' has the unknown type '{dtype}'");
                if (begin < 0 || end < begin || end > dataLength || end - begin > Array.MaxLength)
                    throw SafetensorsFaults.Damaged(path, $"'{property.Name}' lies at {begin} to {end} of {dataLength} bytes");
                var count = 1L;
                foreach (var size in shape)
                {
                    // division, because a lying shape overflows a product
                    if (size < 0 || (size > 0 && count > long.MaxValue / 64 / size))
                        throw SafetensorsFaults.Damaged(path, $"'{property.Name}' has an impossible shape");
                    count *= size;
                }
                if (count * bits != (end - begin) * 8)
                    throw SafetensorsFaults.Damaged(path, $"'{property.Name}' needs {count * bits / 8} bytes and has {end - begin}");
                claimed += end - begin;
                if (claimed > dataLength)
                    throw SafetensorsFaults.Damaged(path, "tensors overlap");
                entries.Add((property.Name, dtype, shape, begin, (int)(end - begin)));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or IndexOutOfRangeException or ArgumentException)
        {
            throw SafetensorsFaults.Damaged(path, "the header is not what safetensors writes", e);
        }
        return entries;
    }

    private static int? BitsOf(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 8,
        _ => null,
    };
}
