using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>Opens files from outside: never waits on a pipe, refuses folders and devices.</summary>
internal static partial class RegularFile
{
    private const int ReadOnlyNonBlockingCloseOnExec = 0x0 | 0x800 | 0x80000; // O_RDONLY | O_NONBLOCK | O_CLOEXEC on Linux
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int ErrorNoEntry = 2;
    private const int ErrorNotADirectory = 20;

    /// <summary>Opens for reading and tells the length in bytes, which is above 0.</summary>
    public static SafeFileHandle Open(string path, out long length)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw AudioFaults.Missing(path.Replace('\0', '?'));
        var descriptor = OpenDescriptor(path, ReadOnlyNonBlockingCloseOnExec);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error is ErrorNoEntry or ErrorNotADirectory
                ? AudioFaults.Missing(path)
                : AudioFaults.CannotOpen(path, Marshal.GetPInvokeErrorMessage(error));
        }
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            length = Length(path, file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A second descriptor of an open file, closed in child processes. libsndfile gets it to keep: it closes what it was given when
    /// it refuses a file, whatever it was told.
    /// </summary>
    public static int Duplicate(SafeFileHandle file)
    {
        var added = false;
        file.DangerousAddRef(ref added);
        try
        {
            var descriptor = DuplicateDescriptor((int)file.DangerousGetHandle(), DuplicateCloseOnExec, 0);
            return descriptor >= 0 ? descriptor : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            file.DangerousRelease();
        }
    }

    private static long Length(string path, SafeFileHandle file)
    {
        if (Directory.Exists(path))
            throw AudioFaults.NotAFile(path);
        long length;
        try
        {
            length = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            throw AudioFaults.NotAFile(path); // a pipe or a terminal: it cannot seek
        }
        return length > 0 ? length : throw AudioFaults.Empty(path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DuplicateDescriptor(int descriptor, int command, int lowest);
}
