using System.IO.Compression;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

/// <summary>Lines of a text that may be packed by gzip, which its first two bytes say.</summary>
internal static class TextLines
{
    /// <summary>What parts words: the blanks of ASCII, and nothing else.</summary>
    public static ReadOnlySpan<byte> Separators => " \t\r\v\f\0"u8;

    public static ByteLines Open(string path, int maximumLineBytes, CancellationToken cancellation = default) =>
        IsPacked(path)
            ? new ByteLines(new GZipStream(RegularFile.OpenRead(path, bufferSize: 0), CompressionMode.Decompress), path, maximumLineBytes,
                cancellation: cancellation)
            : new ByteLines(path, maximumLineBytes, cancellation: cancellation);

    public static bool IsPacked(string path)
    {
        if (!File.Exists(path))
            throw LanguageModelFaults.Missing(path);
        using var file = RegularFile.OpenRead(path, bufferSize: 0);
        Span<byte> start = stackalloc byte[2];
        return file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
    }
}
