using System.Runtime.InteropServices;

namespace HubertSharp.Runs.Files;

/// <summary>What .NET does not offer: exchanging two names, hard links, and who a file is (Linux).</summary>
public static partial class FileCalls
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint ExchangeFlag = 2; // RENAME_EXCHANGE

    /// <summary>Two names of one file system change places in one step; else the error's number.</summary>
    public static int Exchange(string one, string other) =>
        RenameAt(CurrentFolder, one, CurrentFolder, other, ExchangeFlag) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>A second name for a file; false where the file system has none.</summary>
    public static bool TryLink(string path, string second) => HardLink(path, second) == 0;

    /// <summary>A link with a text in it; false where the file system has none.</summary>
    public static bool TrySymbolicLink(string path, string text) => SymbolicLink(text, path) == 0;

    /// <summary>Device, inode and owner of the thing itself, or null when it is not there.</summary>
    public static (ulong Device, ulong Inode, uint Owner)? Identity(string path) => FileStatus.IdentityOf(path);

    /// <summary>Who this process acts as.</summary>
    public static uint User() => EffectiveUser();

    /// <summary>Renames anything, a link to a folder too, over what is there; false when it cannot.</summary>
    internal static bool TryRename(string from, string to) => RenameOver(from, to) == 0;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameOver(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int HardLink(string path, string second);

    [LibraryImport("libc", EntryPoint = "symlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SymbolicLink(string text, string path);
}
