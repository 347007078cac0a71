using System.Runtime.InteropServices;
using HubertSharp.Audio.Archives;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using Microsoft.Win32.SafeHandles;

namespace HubertSharp.Audio;

/// <summary>Recordings as open files: regular ones, never empty.</summary>
internal static partial class AudioHandle
{
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    /// <summary>Opens for reading, also within a zip, and tells the length in bytes, which is above 0.</summary>
    public static SafeFileHandle Open(string path, out long length)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw AudioFaults.Missing(path.Replace('\0', '?'));
        var slice = ArchiveSlice.Of(path);
        try
        {
            var file = RegularFile.OpenHandle(slice?.Archive ?? path);
            if (slice is not null)
            {
                using (file)
                {
                    length = slice.LengthBytes;
                    return ArchiveEntry.Copy(path, file, slice);
                }
            }
            length = RandomAccess.GetLength(file);
            if (length > 0)
                return file;
            file.Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw slice is null ? AudioFaults.Missing(path) : AudioFaults.ArchiveMissing(slice.Archive);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AudioFaults.CannotOpen(path, e.Message);
        }
        throw AudioFaults.Empty(path);
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

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int DuplicateDescriptor(int descriptor, int command, int lowest);
}
