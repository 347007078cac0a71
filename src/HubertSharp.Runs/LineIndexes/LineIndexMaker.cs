using System.Security.Cryptography;
using System.Text;
using HubertSharp.Runs.Files;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>
/// Finds the index of a large text, or makes it: beside the text as <c>TEXT.lines</c>, else in the cache folder. Where neither can be
/// written, or something else lies there, there is none. Of several processes of a machine one makes it.
/// </summary>
internal static class LineIndexMaker
{
    /// <summary>What an index's name adds to that of its text.</summary>
    public const string Ending = ".lines";

    /// <summary>Texts of fewer bytes are read whole at every start: that takes less than a second.</summary>
    public const long LeastBytes = 16 << 20;

    private const int BufferBytes = 1 << 20;

    /// <summary>
    /// A text that changed so shortly before its index was begun may have changed again within what its times tell apart.
    /// </summary>
    public static long SettledTicks => InTests.Value is null ? 2 * TimeSpan.TicksPerSecond : 0;

    /// <summary>For tests, which have small texts, and no time: where the cache is.</summary>
    internal static AsyncLocal<string?> InTests { get; } = new();

    /// <summary>Whether a text is large enough for an index.</summary>
    public static bool Wants(SafeFileHandle text) => RandomAccess.GetLength(text) >= (InTests.Value is null ? LeastBytes : 1);

    /// <summary>The same of a path; not where nothing can be read.</summary>
    public static bool Wants(string path)
    {
        try
        {
            using var text = RegularFile.OpenHandle(path);
            return Wants(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return false;
        }
    }

    /// <summary>What reads a large text through its index, which is made by one reading when there is none.</summary>
    /// <param name="kind">What the text is.</param>
    /// <param name="path">The text.</param>
    /// <param name="mostLines">A text of more lines has no index.</param>
    /// <param name="read">Reads the text, and adds its lines; returns where the last one ends, or null for a text that cannot have an
    /// index. Faults of the text are passed on.</param>
    /// <param name="open">Takes over the open text and its index.</param>
    /// <param name="cancellation">Ends the waiting for another process.</param>
    /// <param name="isOther">Whether a text is one without an index, as its first bytes say.</param>
    /// <returns>Null where the text is small, cannot be opened, or no index can be had: whoever reads it says what is wrong.</returns>
    public static T? TryOpen<T>(
        LineIndexKind kind, string path, int mostLines, Func<Stream, LineIndexWriter, long?> read, Func<SafeFileHandle, LineIndex, T> open,
        CancellationToken cancellation, Predicate<SafeFileHandle>? isOther = null)
        where T : class
    {
        SafeFileHandle source;
        try
        {
            source = RegularFile.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        T? opened = null;
        LineIndex? index = null;
        try
        {
            if (Wants(source) && isOther?.Invoke(source) is not true)
                index = FindOrMake(kind, path, source, mostLines, read, cancellation);
            return opened = index is null ? null : open(source, index);
        }
        finally
        {
            if (opened is null)
            {
                index?.Dispose();
                source.Dispose();
            }
        }
    }

    private static LineIndex? FindOrMake(
        LineIndexKind kind, string path, SafeFileHandle source, int mostLines, Func<Stream, LineIndexWriter, long?> read,
        CancellationToken cancellation)
    {
        string[] places = [path + Ending, InCache(path)];
        LineIndex? Find() =>
            places.Select(place => LineIndex.TryOpen(place, kind, path, source, mostLines)).FirstOrDefault(index => index is not null);
        if (Find() is { } there)
            return there;
        using var turn = MachineTurn.Take(places[1], cancellation);
        if (Find() is { } madeMeanwhile)
            return madeMeanwhile;
        foreach (var place in places.Where(IsFree))
        {
            switch (TryMake(kind, path, source, place, read))
            {
                case true:
                    return LineIndex.TryOpen(place, kind, path, source, mostLines, isOwn: true);
                case null:
                    return null;
                default:
                    break;
            }
        }
        return null;
    }

    private static string InCache(string path)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..24];
        return Path.Combine(InTests.Value ?? CacheFolder.For("lines"), name + Ending);
    }

    /// <summary>Nothing lies there, or an index, and the folder can be written.</summary>
    private static bool IsFree(string place)
    {
        try
        {
            if (Path.Exists(place) && !LineIndex.IsOne(place))
                return false;
            WritableFolder.Check(place, place);
            return true;
        }
        catch (UserException)
        {
            return false;
        }
    }

    /// <summary>True when it is written, false when it cannot be written there, null when the text cannot have one.</summary>
    private static bool? TryMake(
        LineIndexKind kind, string path, SafeFileHandle source, string place, Func<Stream, LineIndexWriter, long?> read)
    {
        var (canHave, fault) = (true, (Exception?)null);
        try
        {
            AtomicFile.Write(place, stream =>
            {
                try
                {
                    if (!Fill(kind, path, source, stream, read))
                    {
                        canHave = false;
                        throw new IOException("no index of this text");
                    }
                }
                catch (UserException e)
                {
                    fault = e; // of the text, not of the place
                    throw;
                }
            });
            return true;
        }
        catch (UserException) when (fault is null)
        {
            return canHave ? false : null;
        }
    }

    private static bool Fill(
        LineIndexKind kind, string path, SafeFileHandle source, Stream stream, Func<Stream, LineIndexWriter, long?> read)
    {
        var made = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks;
        if (FileStatus.StampOf(source) is not { } stamp)
            return false;
        using var writer = new LineIndexWriter(stream, kind);
        using var text = new HashedText(RegularFile.OpenRead(path, BufferBytes));
        if (read(text, writer) is not { } end || writer.Lines == 0 || text.Passed != stamp.Length)
            return false;
        var sample = Convert.FromHexString(FileFingerprint.Of(path));
        if (FileStatus.StampOf(source) != stamp)
            return false; // it is being written
        writer.Finish(end, stamp, made, text.Hash(), sample);
        return true;
    }
}
