using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// Keeps two processes from working in one folder. The system lets go of the lock when its process ends, however it ends.
/// </summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>The lock of a run folder.</summary>
    /// <param name="path">The file; what is no regular one is put aside.</param>
    /// <param name="notice">Told of what is put aside.</param>
    /// <exception cref="UserException">Another process holds it, or the file cannot be written.</exception>
    public static RunLock Take(string path, Action<string>? notice = null)
    {
        SideFiles.MakeRoom(path, notice);
        return Take(path, e => RunFaults.InUse(Path.GetDirectoryName(path)!, e));
    }

    /// <summary>The lock of any folder.</summary>
    /// <param name="path">The file; it is made where it is not there.</param>
    /// <param name="held">What to say when another process holds it.</param>
    /// <exception cref="UserException">Another process holds it, or the file cannot be written.</exception>
    public static RunLock Take(string path, Func<Exception, UserException> held)
    {
        ArgumentNullException.ThrowIfNull(held);
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw held(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException e) => OperatingSystem.IsWindows()
        ? (e.HResult & 0xffff) is 32 or 33 // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
        : e.HResult is 11 or 35; // EWOULDBLOCK on Linux, on macOS
}
