using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Files;

/// <summary>What kind of file something is, by statx(2), whose answer has the same layout on every processor.</summary>
internal static partial class FileStatus
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint TypeWanted = 1; // STATX_TYPE
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

    private static FileKind? Kind(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[AnswerBytes];
        return Ask(folder, path, flags, TypeWanted, ref MemoryMarshal.GetReference(answer)) == 0
            ? new FileKind(BitConverter.ToUInt16(answer[ModeOffset..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, ref byte answer);
}

/// <summary>The type bits of a file's mode.</summary>
internal readonly record struct FileKind(ushort Mode)
{
    public bool IsRegular => (Mode & 0xF000) == 0x8000;

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
