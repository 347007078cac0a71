using System.Security.Cryptography;
using HubertSharp.Runs.Files;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>
/// Where the lines of a large text begin, mapped into memory: the processes of a machine share its pages. It is used when its own hashes
/// are right and the text is what it was; what it says is checked once more against each line that is read.
/// </summary>
/// <remarks>
/// A head of 256 bytes, then a record for each line and one for the end: where the line begins and, of a manifest, its samples (int64,
/// little-endian).
/// </remarks>
internal sealed unsafe class LineIndex : IDisposable
{
    private const int PieceBytes = 1 << 24;

    private readonly MappedFile _file;
    private readonly int _numbers; // of a record

    private LineIndex(MappedFile file, LineIndexHead head)
    {
        (_file, Head, Count) = (file, head, (int)head.Lines);
        _numbers = head.RecordBytes / sizeof(long);
    }

    public LineIndexHead Head { get; }

    /// <summary>Lines.</summary>
    public int Count { get; }

    /// <summary>SHA-256 of the text, as <c>sha256sum</c> writes it.</summary>
    public string TextHash => Convert.ToHexStringLower(Head.TextHash);

    /// <summary>Where a line begins, or the last one ends.</summary>
    public long Offset(int line) => Number(line, 0);

    /// <summary>The samples of a manifest's line.</summary>
    public long Samples(int line) => Number(line, 1);

    /// <summary>Maps an index when it is one of this text as it is now; null otherwise.</summary>
    /// <param name="path">The index.</param>
    /// <param name="kind">What it is to be of.</param>
    /// <param name="text">The text's path.</param>
    /// <param name="source">The text, open.</param>
    /// <param name="mostLines">More are not taken.</param>
    /// <param name="isOwn">This process has just made it of this text.</param>
    public static LineIndex? TryOpen(
        string path, LineIndexKind kind, string text, SafeFileHandle source, int mostLines, bool isOwn = false)
    {
        MappedFile file;
        try
        {
            if (!File.Exists(path))
                return null;
            file = new MappedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return null;
        }
        try
        {
            if (IsOf(file, kind, text, source, mostLines, isOwn) is { } head)
                return new LineIndex(file, head);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            // the text cannot be read: whoever reads it says so
        }
        file.Dispose();
        return null;
    }

    /// <summary>Whether something that lies in the place of an index is one, whatever it is worth.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            Span<byte> start = stackalloc byte[LineIndexHead.Magic.Length];
            using var file = RegularFile.OpenHandle(path);
            return RandomAccess.Read(file, start, 0) == start.Length && start.SequenceEqual(LineIndexHead.Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    private static LineIndexHead? IsOf(
        MappedFile file, LineIndexKind kind, string text, SafeFileHandle source, int mostLines, bool isOwn)
    {
        var head = LineIndexHead.Of(new ReadOnlySpan<byte>(file.Start, (int)Math.Min(file.Length, LineIndexHead.Bytes)));
        if (head is null || head.Kind != kind || head.Lines < 1 || head.Lines > mostLines || head.FileBytes != file.Length
            || FileStatus.StampOf(source) != head.Stamp
            || (!isOwn && head.Made - Math.Max(head.Stamp.Modified, head.Stamp.Changed) < LineIndexMaker.SettledTicks))
            return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = (long)LineIndexHead.Bytes; at < file.Length; at += PieceBytes)
            hash.AppendData(new ReadOnlySpan<byte>(file.Start + at, (int)Math.Min(PieceBytes, file.Length - at)));
        return hash.GetHashAndReset().AsSpan().SequenceEqual(head.BodyHash) && IsAscending(file, head)
            && Convert.FromHexString(FileFingerprint.Of(text)).AsSpan().SequenceEqual(head.SampleHash)
            ? head
            : null;
    }

    // whoever reads by an index goes nowhere but into the text, forwards
    private static bool IsAscending(MappedFile file, LineIndexHead head)
    {
        var numbers = (long*)(file.Start + LineIndexHead.Bytes);
        var (step, before) = (head.RecordBytes / sizeof(long), -1L);
        for (var line = 0L; line <= head.Lines; line++)
        {
            var offset = numbers[line * step];
            if (offset <= before || (step == 2 && line < head.Lines && numbers[(line * step) + 1] <= 0))
                return false;
            before = offset;
        }
        return numbers[0] >= 0 && before <= head.Stamp.Length;
    }

    private long Number(int line, int which)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)line, (uint)Count, nameof(line));
        ObjectDisposedException.ThrowIf(_file.Start is null, this);
        var number = ((long*)(_file.Start + LineIndexHead.Bytes))[((long)line * _numbers) + which];
        GC.KeepAlive(_file);
        return number;
    }

    public void Dispose() => _file.Dispose();
}
