using System.Runtime.InteropServices;

namespace HubertSharp.Runs;

/// <summary>
/// Brings a folder's entries to the disk, so that a file renamed into it is still there after a power cut. .NET opens no folders.
/// </summary>
public static class DirectorySync
{
    /// <summary>Does nothing where the system or the file system does not offer it.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, flags: 0); // O_RDONLY
        if (handle < 0)
            return;
        _ = Sync(handle);
        _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
}
