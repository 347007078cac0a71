namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// Keeps two processes from training in one run folder. The system lets go of the lock when its process ends, however it ends.
/// </summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <exception cref="UserException">Another process holds it, or the file cannot be written.</exception>
    public static RunLock Take(string path)
    {
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw RunFaults.InUse(Path.GetDirectoryName(path)!, e);
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
