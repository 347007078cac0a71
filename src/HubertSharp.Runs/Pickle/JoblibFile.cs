using System.IO.Compression;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.Pickle;

/// <summary>Reads what <c>joblib.dump</c> or <c>pickle.dump</c> wrote, plain or compressed by zlib or gzip.</summary>
/// <remarks>Memory: at most 80 bytes per byte of the file, and 48 MiB.</remarks>
public static class JoblibFile
{
    /// <summary>The file, and what it holds when inflated: above any k-means model with the labels of what it was fitted on.</summary>
    private const int MostBytes = 1 << 30;

    /// <summary>
    /// Centroids shrink to half at best, labels to a tenth. What shrank to less is no model but a way to fill the memory.
    /// </summary>
    private const int MostInflation = 16;

    /// <summary>Inflated whatever it was: nothing but zeros in a small model is no fault.</summary>
    private const int FreeBytes = 8 << 20;

    /// <summary>A model has some hundreds, and 625 more with a generator of random numbers.</summary>
    private const int MostValues = 50_000;

    /// <summary>The root value; NumPy arrays become <see cref="NumpyArray"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">The classes of models that it may name, as <c>module.name</c>.</param>
    /// <exception cref="UserException">Missing, damaged, too large, or it names something else.</exception>
    public static object? Read(string path, IEnumerable<string> classes)
    {
        var policy = new PicklePolicy
        {
            Globals = NumpyPickle.Globals.Concat(classes).ToHashSet(StringComparer.Ordinal),
            Built = NumpyPickle.Built,
            MostValues = MostValues,
        };
        return RestrictedPickle.Read(new PickleInput(path, Load(path)), policy);
    }

    private static ReadOnlyMemory<byte> Load(string path)
    {
        using var file = RegularFile.OpenRead(path);
        if (file.Length > MostBytes)
            throw PickleFaults.TooLarge(path, $"at most {MostBytes} bytes", $"{file.Length}");
        var start = new byte[6];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        Func<Stream>? open = start.AsSpan(0, read) switch
        {
            [0x78, 0x01 or 0x5e or 0x9c or 0xda, ..] => () => new ZLibStream(file, CompressionMode.Decompress),
            [0x1f, 0x8b, ..] => () => new GZipStream(file, CompressionMode.Decompress),
            [(byte)'B', (byte)'Z', (byte)'h', ..] => throw PickleFaults.Compression(path, "bzip2"),
            [0xfd, (byte)'7', (byte)'z', ..] => throw PickleFaults.Compression(path, "xz"),
            [0x5d, 0, 0, ..] => throw PickleFaults.Compression(path, "lzma"),
            [0x04, 0x22, 0x4d, 0x18, ..] => throw PickleFaults.Compression(path, "lz4"),
            _ => null,
        };
        if (open is null)
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        using var stream = open();
        return Inflate(path, stream, (int)Math.Min(MostBytes, FreeBytes + (MostInflation * file.Length)));
    }

    private static ReadOnlyMemory<byte> Inflate(string path, Stream stream, int most)
    {
        var inflated = new MemoryStream();
        var block = new byte[1 << 16];
        try
        {
            while (stream.Read(block) is > 0 and var count)
            {
                if (inflated.Length + count > most)
                    throw PickleFaults.TooLarge(path, $"at most {most} bytes when inflated", "more");
                inflated.Write(block, 0, count);
            }
        }
        catch (InvalidDataException e)
        {
            throw PickleFaults.Damaged(path, "compressed data", e.Message);
        }
        return inflated.GetBuffer().AsMemory(0, (int)inflated.Length);
    }
}
