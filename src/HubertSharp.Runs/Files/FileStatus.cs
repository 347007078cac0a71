using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Files;

/// <summary>What kind of file something is, by statx(2), whose answer has the same layout on every processor.</summary>
internal static partial class FileStatus
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeWanted = 1; // STATX_TYPE
    private const uint BasicWanted = 0x7ff; // STATX_BASIC_STATS
    private const int AnswerBytes = 256, ModeOffset = 28;

    /// <summary>The kind of what a path leads to, links followed; null when that cannot be told.</summary>
    public static FileKind? KindOf(string path) => Kind(CurrentFolder, path, 0);

    /// <summary>The kind of an open file.</summary>
    public static FileKind? KindOf(SafeFileHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            return Kind((int)handle.DangerousGetHandle(), "", EmptyPath);
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    /// <summary>Device, inode and owner of the thing itself, no link followed, or null when it is not there.</summary>
    public static (ulong Device, ulong Inode, uint Owner)? IdentityOf(string path)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        if (!TryAsk(CurrentFolder, path, NoFollow, BasicWanted, answer))
            return null;
        var device = ((ulong)BitConverter.ToUInt32(answer[136..]) << 32) | BitConverter.ToUInt32(answer[140..]);
        return (device, BitConverter.ToUInt64(answer[32..]), BitConverter.ToUInt32(answer[20..]));
    }

    /// <summary>Size, inode and times of the last changes of an open file, or null when they cannot be told.</summary>
    public static FileStamp? StampOf(SafeFileHandle handle)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        var added = false;
        handle.DangerousAddRef(ref added);
        try
        {
            return TryAsk((int)handle.DangerousGetHandle(), "", EmptyPath, BasicWanted, answer)
                ? new FileStamp(
                    BitConverter.ToInt64(answer[40..]), BitConverter.ToUInt64(answer[32..]), Time(answer[112..]), Time(answer[96..]))
                : null;
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    // in 100 ns since 1970
    private static long Time(ReadOnlySpan<byte> field) =>
        (BitConverter.ToInt64(field) * TimeSpan.TicksPerSecond) + (BitConverter.ToUInt32(field[8..]) / TimeSpan.NanosecondsPerTick);

    private static FileKind? Kind(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        return TryAsk(folder, path, flags, TypeWanted, answer) ? new FileKind(BitConverter.ToUInt16(answer[ModeOffset..])) : null;
    }

    private static bool TryAsk(int folder, string path, int flags, uint mask, Span<byte> answer) =>
        Ask(folder, path, flags, mask, ref MemoryMarshal.GetReference(answer)) == 0;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, ref byte answer);
}

/// <summary>The type bits of a file's mode.</summary>
internal readonly record struct FileKind(ushort Mode)
{
    public bool IsRegular => (Mode & 0xF000) == 0x8000;

    public bool IsFolder => (Mode & 0xF000) == 0x4000;

    /// <summary>As it stands in a message.</summary>
    public string Name => (Mode & 0xF000) switch
    {
        0x1000 => "a named pipe",
        0x2000 or 0x6000 => "a device",
        0x4000 => "a folder",
        0x8000 => "a regular file",
        0xC000 => "a socket",
        _ => "something unknown",
    };
}

/// <summary>What changes with a file's content: a copy with the same times has another inode, and nobody sets the time of change.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Inode">Which file of its disk it is.</param>
/// <param name="Modified">Time of the last writing, which can be set.</param>
/// <param name="Changed">Time of the last change of content, name or times, which cannot. Both in 100 ns since 1970.</param>
internal readonly record struct FileStamp(long Length, ulong Inode, long Modified, long Changed);
