using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace HubertSharp.Runs.Manifests;

/// <summary>A line of a manifest: <c>path TAB samples</c>, and perhaps a language.</summary>
internal static class ManifestLine
{
    /// <summary>The columns of a line.</summary>
    /// <param name="text">The line without its end.</param>
    /// <param name="path">The manifest, for messages.</param>
    /// <param name="line">1-based.</param>
    /// <exception cref="UserException">Something else.</exception>
    public static ManifestEntry Of(string text, string path, int line)
    {
        if (text.Length == 0)
            throw ManifestFaults.EmptyLine(path, line);
        var columns = text.Split('\t');
        if (columns.Length is not (2 or 3) || columns[0].Length == 0)
            throw ManifestFaults.Columns(path, line, columns.Length);
        if (columns[0].Contains('\0'))
            throw ManifestFaults.NoPath(path, line);
        if (!long.TryParse(columns[1], out var samples) || samples <= 0)
            throw ManifestFaults.Samples(path, line, columns[1]);
        return new ManifestEntry(columns[0], samples, columns.Length == 3 && columns[2].Length > 0 ? columns[2] : null);
    }

    /// <summary>
    /// The samples of a line as this program writes it, and how many bytes path and samples take; null for a line that is to be read as
    /// text, right or wrong.
    /// </summary>
    public static (long Samples, int Bytes)? TryQuick(ReadOnlySpan<byte> line)
    {
        var tab = line.IndexOf((byte)'\t');
        if (tab <= 0)
            return null;
        var rest = line[(tab + 1)..];
        var second = rest.IndexOf((byte)'\t');
        var digits = second >= 0 ? rest[..second] : rest;
        return digits.Length is > 0 and < 19 && digits[0] is >= (byte)'1' and <= (byte)'9'
            && Utf8Parser.TryParse(digits, out long samples, out var read) && read == digits.Length
            && (second < 0 || !rest[(second + 1)..].Contains((byte)'\t'))
            && !line[..tab].Contains((byte)0) && Utf8.IsValid(line[..tab])
            ? (samples, tab + 1 + digits.Length)
            : null;
    }

    /// <summary>The bytes of a line without what ends it.</summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> line) =>
        line is [.. var whole, (byte)'\n'] ? Without(whole) : line is [.. var text, (byte)'\r'] ? text : line;

    /// <summary>What a hash of the utterances takes of a line that is no quick one.</summary>
    public static byte[] Content(ManifestEntry entry) => Encoding.UTF8.GetBytes($"{entry.RelativePath}\t{entry.LengthSamples}");
}
