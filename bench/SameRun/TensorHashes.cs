using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace HubertSharp.Bench.SameRun;

/// <summary>
/// The tensors of a safetensors file, each with its type, its shape and the SHA-256 of its bytes, by name. A reader of its own: the
/// one of the program may be what has changed.
/// </summary>
internal static class TensorHashes
{
    public static IEnumerable<(string Name, string Content)> Of(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        var data = bytes.AsMemory(sizeof(ulong) + headerLength);
        using var header = JsonDocument.Parse(bytes.AsMemory(sizeof(ulong), headerLength));
        var tensors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in header.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
            var hash = Convert.ToHexStringLower(SHA256.HashData(data.Span[start..end]));
            tensors[entry.Name] = $"{entry.Value.GetProperty("dtype").GetString()} {entry.Value.GetProperty("shape").GetRawText()} {hash}";
        }
        return tensors.Select(t => (t.Key, t.Value));
    }
}
