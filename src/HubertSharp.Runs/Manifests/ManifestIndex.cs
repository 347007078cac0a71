using System.Text;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.LineIndexes;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Manifests;

/// <summary>The index of a large manifest: where its lines are, and the samples of each.</summary>
internal static class ManifestIndex
{
    /// <summary>The manifest, its utterances read where they lie; null where it is small, or no index can be had.</summary>
    /// <exception cref="UserException">Malformed, with the line.</exception>
    public static Manifest? TryOpen(string path, CancellationToken cancellation) => LineIndexMaker.TryOpen(
        LineIndexKind.Manifest, path, Array.MaxLength, (text, writer) => Scan(text, writer, path, cancellation),
        (source, index) => new Manifest(Root(path, cancellation), new IndexedEntries(path, source, index)), cancellation, IsWide);

    /// <summary>UTF-16 or UTF-32, as its byte order mark says.</summary>
    private static bool IsWide(SafeFileHandle source)
    {
        Span<byte> start = stackalloc byte[4];
        var read = RandomAccess.Read(source, start, 0);
        return start[..read] is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [0, 0, 0xfe, 0xff];
    }

    private static string Root(string path, CancellationToken cancellation)
    {
        using var lines = RegularFile.OpenText(path, Manifest.MaximumLineBytes, cancellation);
        return Manifest.RootOf(lines.ReadLine(), path);
    }

    /// <summary>Reads every line once; null for a text whose lines end in an old way, which a reader of text parts otherwise.</summary>
    private static long? Scan(Stream text, LineIndexWriter writer, string path, CancellationToken cancellation)
    {
        using var lines = new ByteLines(text, path, Manifest.MaximumLineBytes, 1 << 20, passOverLong: true, cancellation);
        while (lines.MoveNext())
        {
            if (lines.IsTooLong)
                throw FileFaults.LineTooLong($"{path}:{lines.Number}", Manifest.MaximumLineBytes);
            var line = ManifestLine.Without(lines.Current);
            if (line.Contains((byte)'\r') || lines.Number > int.MaxValue)
                return null;
            if (lines.Number == 1)
            {
                Manifest.RootOf(Encoding.UTF8.GetString(line), path);
                continue;
            }
            if (writer.Lines > 0)
                writer.AddContent("\n"u8);
            if (ManifestLine.TryQuick(line) is var (samples, bytes))
            {
                writer.Add(lines.Offset, samples);
                writer.AddContent(line[..bytes]);
                continue;
            }
            var entry = ManifestLine.Of(Encoding.UTF8.GetString(line), path, (int)lines.Number);
            writer.Add(lines.Offset, entry.LengthSamples);
            writer.AddContent(ManifestLine.Content(entry));
        }
        if (lines.Number == 0)
            throw ManifestFaults.NoRoot(path);
        return writer.Lines > 0 ? lines.NextOffset : throw ManifestFaults.NoEntries(path);
    }
}
