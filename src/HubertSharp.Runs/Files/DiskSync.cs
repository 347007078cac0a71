using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Runs.Files;

/// <summary>
/// Brings what was written to the disk itself: fsync(2) on a file or on a folder's entries, and the only place that does.
/// .NET's own way drops what fsync answers, and opens no folders.
/// </summary>
/// <remarks>
/// Passed over is "not supported here" alone: EINVAL, EOPNOTSUPP and ENOSYS, which file systems without it answer. EROFS is not among
/// them: that is how a file system answers that an error made read-only. After a fault nobody knows what reached the disk, and a
/// second fsync of the same file would say that all is well; so what was written counts as lost, and is written anew from the start.
/// </remarks>
public static class DiskSync
{
    private const int Interrupted = 4, NotImplemented = 38, Invalid = 22, NotSupported = 95; // EINTR, ENOSYS, EINVAL, EOPNOTSUPP
    private const int MostTries = 1000; // of a call that signals interrupt
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    // Looked up in the whole process, as every other call of fsync is, not in the C library alone: a library that is loaded before it to
    // make fsync fail, or to leave it out, reaches these calls too.
    static DiskSync() => NativeLibrary.SetDllImportResolver(
        typeof(DiskSync).Assembly,
        (name, _, _) => name == "libc" && !OperatingSystem.IsWindows() ? NativeLibrary.GetMainProgramHandle() : 0);

    /// <summary>For tests, which have no disk that fails: answers for a path in fsync's place, 0 or an errno.</summary>
    internal static AsyncLocal<Func<string, int>?> InFsyncsPlace { get; } = new();

    /// <summary>Brings a file's content to the disk; what the caller buffers must have been handed over before.</summary>
    /// <param name="path">For tests; the message leaves it to the caller.</param>
    /// <exception cref="IOException">The disk did not take it; the HResult is the system's errno.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // there it says what went wrong
            RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030
            return;
        }
        var error = Interrupted;
        for (var tries = 0; error == Interrupted && tries < MostTries; tries++)
            error = InFsyncsPlace.Value is { } rehearsed ? rehearsed(path) : Sync(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is not (0 or Invalid or NotSupported or NotImplemented))
            throw Fault(error);
    }

    /// <summary>Brings a folder's entries to the disk, so that a file renamed into it is still there after a power cut.</summary>
    /// <exception cref="IOException">The disk did not take them; the HResult is the system's errno.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(Open(folder, ReadOnlyCloseOnExec), ownsHandle: true);
        if (handle.IsInvalid)
            throw Fault(Marshal.GetLastPInvokeError());
        Flush(handle, folder);
    }

    /// <summary>Makes a folder, and those above it that are missing, so that they are still there after a power cut.</summary>
    /// <exception cref="IOException">They cannot be made, or the disk did not take them.</exception>
    public static void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(path))
            return;
        var above = Path.GetDirectoryName(path);
        if (above is not null)
            CreateFolder(above);
        Directory.CreateDirectory(path);
        if (above is not null)
            FlushFolder(above);
    }

    private static IOException Fault(int error) =>
        new($"the disk did not take what was written: {Marshal.GetPInvokeErrorMessage(error)}", error);

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(SafeFileHandle file);
}
