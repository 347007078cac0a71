using System.Buffers;
using System.IO.Compression;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

/// <summary>Lines of a text that may be packed by gzip, which its first two bytes say.</summary>
internal static class TextLines
{
    private static readonly SearchValues<byte> s_separators = SearchValues.Create(Separators);

    /// <summary>No word is longer: as many as an n-gram may have fit into a line of an ARPA file.</summary>
    public const int MaximumWordBytes = 1 << 15;

    /// <summary>What parts words: the blanks of ASCII, and nothing else.</summary>
    public static ReadOnlySpan<byte> Separators => " \t\r\v\f\0"u8;

    public static ByteLines Open(string path, int maximumLineBytes, CancellationToken cancellation = default) =>
        IsPacked(path)
            ? new ByteLines(new GZipStream(RegularFile.OpenRead(path, bufferSize: 0), CompressionMode.Decompress), path, maximumLineBytes,
                cancellation: cancellation)
            : new ByteLines(path, maximumLineBytes, cancellation: cancellation);

    /// <summary>The same, and standard input for <c>-</c>.</summary>
    public static ByteLines OpenText(string path, int maximumLineBytes, CancellationToken cancellation = default) =>
        path == "-"
            ? new ByteLines(Console.OpenStandardInput(), NameOf(path), maximumLineBytes, cancellation: cancellation)
            : Open(path, maximumLineBytes, cancellation);

    public static string NameOf(string path) => path == "-" ? "standard input" : path;

    public static bool IsPacked(string path) => Start(path) is [0x1f, 0x8b, ..];

    /// <summary>The first eight bytes of a file, or what it has of them.</summary>
    public static byte[] Start(string path)
    {
        if (!File.Exists(path))
            throw LanguageModelFaults.Missing(path);
        using var file = RegularFile.OpenRead(path, bufferSize: 0);
        var start = new byte[8];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Takes the next word off a line; an empty one at its end.</summary>
    public static ReadOnlySpan<byte> Token(scoped ref ReadOnlySpan<byte> line)
    {
        var start = line.IndexOfAnyExcept(s_separators);
        line = start < 0 ? [] : line[start..];
        var end = line.IndexOfAny(s_separators);
        var token = end < 0 ? line : line[..end];
        line = line[token.Length..];
        return token;
    }
}
