using System.Text;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.LineIndexes;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// A label file (<c>train.km</c>): one line per utterance of the manifest, one label per frame. Only the line offsets are held, of a file
/// of 16 MiB or more in an index beside it; lines are read when asked for, from any thread.
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 4 MiB.</remarks>
public sealed class LabelFile : IDisposable
{
    /// <summary>About 30 hours of labels at 100 per second.</summary>
    private const int MaximumLineBytes = 64 << 20;

    /// <summary>The offsets take 8 bytes each.</summary>
    private const int MaximumLines = 1 << 26;

    private readonly SafeFileHandle _handle;
    private readonly long[] _offsets; // of each line, and of the end; empty with an index
    private readonly LineIndex? _index;

    private LabelFile(string path, SafeFileHandle handle, long[] offsets, LineIndex? index = null)
    {
        Path = path;
        _handle = handle;
        _offsets = offsets;
        _index = index;
    }

    public string Path { get; }

    /// <summary>Lines.</summary>
    public int Count => _index?.Count ?? _offsets.Length - 1;

    /// <summary>Finds the lines; reads the file once.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">Missing, empty, unreadable, a line above 64 MiB, or more than 67 million lines.</exception>
    public static LabelFile Open(string path, CancellationToken cancellation = default) => Open(path, ofText: false, cancellation);

    /// <summary>The same for transcripts, which are made otherwise than clusters.</summary>
    /// <exception cref="UserException">As of <see cref="Open(string, CancellationToken)"/>.</exception>
    public static LabelFile OpenOfText(string path) => Open(path, ofText: true, CancellationToken.None);

    private static LabelFile Open(string path, bool ofText, CancellationToken cancellation)
    {
        if (TryIndex(path, cancellation) is { } indexed)
            return indexed;
        using var lines = Lines(path, 1 << 20, ofText, cancellation);
        var offsets = new List<long>();
        while (lines.MoveNext())
        {
            if (offsets.Count == MaximumLines)
                throw LabelFaults.TooManyLines(path, MaximumLines);
            offsets.Add(lines.Offset);
        }
        if (offsets.Count == 0)
            throw LabelFaults.NoLines(path, ofText);
        offsets.Add(lines.NextOffset);
        try
        {
            return new LabelFile(path, RegularFile.OpenHandle(path), [.. offsets]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LabelFaults.Unreadable(path, e);
        }
    }

    // null: read it here and now, or say here what is wrong with it
    private static LabelFile? TryIndex(string path, CancellationToken cancellation) => !File.Exists(path) ? null
        : LineIndexMaker.TryOpen(LineIndexKind.Lines, path, MaximumLines, (text, writer) => Scan(text, writer, path, cancellation),
            (source, index) => new LabelFile(path, source, [], index), cancellation);

    private static long? Scan(Stream text, LineIndexWriter writer, string path, CancellationToken cancellation)
    {
        using var lines = new ByteLines(text, path, MaximumLineBytes, 1 << 20, cancellation: cancellation);
        while (lines.MoveNext())
        {
            if (writer.Lines == MaximumLines)
                throw LabelFaults.TooManyLines(path, MaximumLines);
            writer.Add(lines.Offset);
        }
        return lines.NextOffset;
    }

    /// <summary>The lines one after the other, for a single pass.</summary>
    internal static ByteLines Lines(
        string path, int bufferBytes = 1 << 16, bool ofText = false, CancellationToken cancellation = default) =>
        File.Exists(path)
            ? new ByteLines(path, MaximumLineBytes, bufferBytes, cancellation: cancellation)
            : throw (MissingFolder(path) is { } folder ? LabelFaults.NoFolder(folder, ofText) : LabelFaults.Missing(path, ofText));

    /// <summary>The folder that a file should lie in, where there is none: it is what the user has to mend.</summary>
    internal static string? MissingFolder(string path) =>
        System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder) ? folder : null;

    /// <summary>Line <paramref name="index"/> (0-based) without its end.</summary>
    /// <exception cref="UserException">The file changed or cannot be read.</exception>
    public string ReadLine(int index) => Encoding.UTF8.GetString(Bytes(index)).TrimEnd('\r', '\n');

    /// <summary>The classes of line <paramref name="index"/> (0-based); unknown labels are <see cref="LabelDictionary.Unk"/>.</summary>
    /// <exception cref="UserException">The file changed or cannot be read.</exception>
    public int[] Read(int index, LabelDictionary dictionary)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        var line = Bytes(index);
        var classes = new List<int>(line.Length / 3);
        var tokens = new LabelTokens(line.AsSpan().TrimEnd((byte)'\n'));
        while (tokens.MoveNext())
            classes.Add(LabelTokens.IndexOf(dictionary, tokens.Current));
        return [.. classes];
    }

    /// <summary>Where the lines are stands in an index, and the file's hash with it.</summary>
    internal bool IsIndexed => _index is not null;

    /// <summary>SHA-256 of the whole file, as <c>sha256sum</c> writes it.</summary>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    public string Hash() => _index?.TextHash ?? FileFingerprint.WholeOf(Path);

    public void Dispose()
    {
        _handle.Dispose();
        _index?.Dispose();
    }

    private byte[] Bytes(int index)
    {
        var (start, end) = _index is { } lines ? (lines.Offset(index), lines.Offset(index + 1)) : (_offsets[index], _offsets[index + 1]);
        if (end - start > MaximumLineBytes + 2L)
            throw LabelFaults.Changed(Path);
        var line = new byte[end - start];
        try
        {
            for (var done = 0; done < line.Length;)
            {
                var read = RandomAccess.Read(_handle, line.AsSpan(done), start + done);
                if (read == 0)
                    throw LabelFaults.Changed(Path);
                done += read;
            }
        }
        catch (IOException e)
        {
            throw LabelFaults.Unreadable(Path, e);
        }
        // an index that fits another text names other places
        if (_index is not null && (line.AsSpan(..^1).Contains((byte)'\n') || (index + 1 < Count && line[^1] != '\n')))
            throw LabelFaults.Changed(Path);
        return line;
    }
}
