using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace HubertSharp.Tests.PyTorch;

/// <summary>Pickles and archives as an attacker writes them, opcode by opcode.</summary>
internal sealed class CraftedPickle
{
    private readonly List<byte> _bytes = [];

    public CraftedPickle() => Raw(0x80, 2);

    public CraftedPickle Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CraftedPickle Raw(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public CraftedPickle Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw((byte)'X').Raw(length).Raw(utf8);
    }

    public CraftedPickle Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    /// <summary>A tensor over a storage, with any figures.</summary>
    public CraftedPickle Tensor(string key, long elements, long offset, long[] shape, long[] strides, string storage = "FloatStorage")
    {
        Raw("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Raw($"ctorch\n{storage}\n").Text(key).Text("cpu").Long(elements)
            .Raw("tQ").Long(offset).Raw("(");
        foreach (var size in shape)
            Long(size);
        Raw("t(");
        foreach (var stride in strides)
            Long(stride);
        return Raw("t").Raw(0x89).Raw("ccollections\nOrderedDict\n)RtR");
    }

    public byte[] Stop() => Raw(".")._bytes.ToArray();

    /// <summary>An archive as torch.save lays it out, with whatever names and contents.</summary>
    public static void WriteZip(
        string path, IEnumerable<(string Name, byte[] Content)> entries, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var stream = zip.CreateEntry(name, compression).Open();
            stream.Write(content);
        }
    }

    public static void WriteZip(string path, byte[] pickle, params (string Name, byte[] Content)[] more) =>
        WriteZip(path, [("archive/data.pkl", pickle), ("archive/version", "3\n"u8.ToArray()), .. more]);
}
