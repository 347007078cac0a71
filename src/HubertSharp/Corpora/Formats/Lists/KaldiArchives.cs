using System.Buffers.Binary;
using System.Text.RegularExpressions;
using HubertSharp.Corpora.Pieces;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// WAV files within Kaldi's archives, <c>FILE.ark:OFFSET</c>: each is copied out, as long as its own header says. Those that segments
/// are cut from are read where they are.
/// </summary>
internal sealed partial class KaldiArchives(string output)
{
    private readonly TakenOut _taken = new(output);

    /// <summary>Writes down where the copies are from.</summary>
    public void List() => _taken.List();

    /// <summary>Archive and offset that a path names; null for a path that is a file itself.</summary>
    public static (string Archive, long Offset)? Within(string path, KaldiPlaces places) =>
        Entry().Match(path) is { Success: true } match && !(places.Find(path) is { } file && File.Exists(file))
        && places.Find(match.Groups["file"].Value) is { } archive && long.TryParse(match.Groups["offset"].Value, out var offset)
            ? (archive, offset)
            : null;

    /// <summary>The place of the copy.</summary>
    /// <exception cref="Runs.UserException">No WAV file begins there, or it does not fit into the archive.</exception>
    public string TakeOut((string Archive, long Offset) entry, KeyedLine line, string list, CancellationToken cancellation)
    {
        return Within(entry, line, list, (file, length) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = new byte[length];
            var read = RandomAccess.Read(file, bytes, entry.Offset);
            return Path.Combine(_taken.Folder, _taken.Put(line.Key, ".wav", bytes.AsMemory(0, read), entry.Archive));
        });
    }

    /// <summary>Where the file lies, as the decoders take it.</summary>
    /// <exception cref="Runs.UserException">No WAV file begins there, or it does not fit into the archive.</exception>
    public static string Place((string Archive, long Offset) entry, KeyedLine line, string list) =>
        Within(entry, line, list, (_, length) => new ArchiveSlice(entry.Archive, entry.Offset, length).In(entry.Archive));

    private static string Within((string Archive, long Offset) entry, KeyedLine line, string list, Func<SafeFileHandle, long, string> take)
    {
        try
        {
            using var file = RegularFile.OpenHandle(entry.Archive);
            Span<byte> head = stackalloc byte[12];
            var whole = RandomAccess.Read(file, head, entry.Offset) == head.Length && head.StartsWith("RIFF"u8) && head.EndsWith("WAVE"u8);
            var length = whole ? 8L + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) : 0;
            return whole && length <= TakenOut.MostBytes && entry.Offset + length <= RandomAccess.GetLength(file)
                ? take(file, length)
                : throw LayoutFaults.Malformed(list, line.Number, "the place of a whole WAV file in the archive", line.Rest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LayoutFaults.Malformed(list, line.Number, "an archive that can be read", $"{line.Rest}: {e.Message}");
        }
    }

    [GeneratedRegex(@"^(?<file>.*\.ark):(?<offset>[0-9]{1,18})$")]
    private static partial Regex Entry();
}
