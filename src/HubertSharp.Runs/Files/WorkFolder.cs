namespace HubertSharp.Runs.Files;

/// <summary>
/// A folder for the time of a piece of work, removed with everything in it at the end; what a killed process left of such folders is
/// removed when the next one makes its own in the same place.
/// </summary>
public sealed class WorkFolder : IDisposable
{
    private WorkFolder(string path) => FullName = path;

    public string FullName { get; }

    public string At(params string[] parts) => Path.Combine([FullName, .. parts]);

    /// <summary>Beside what is to come out: on the same disk, so that it can be renamed.</summary>
    public static WorkFolder Beside(string path) => Create(WorkName.Beside(path));

    /// <summary>In a folder, made when it is not there.</summary>
    public static WorkFolder In(string folder, string name) => Create(WorkName.In(Path.GetFullPath(folder), name));

    /// <summary>In the system's temporary folder, readable by this user alone.</summary>
    public static WorkFolder Temporary(string name) =>
        Create(WorkName.In(Path.GetTempPath(), $"hubert-{name}-{Guid.NewGuid():N}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Removes a file of it before the end.</summary>
    public void Delete(string path) => Owned.DeleteWithin(FullName, path);

    public void Dispose()
    {
        try
        {
            Owned.DeleteWork(FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the work's own fault is the one to report; the next start clears it
        }
    }

    private static WorkFolder Create(string path, UnixFileMode? mode = null)
    {
        var parent = Path.GetDirectoryName(path)!;
        try
        {
            Leftovers.Clear(parent);
            if (mode is { } narrow && !OperatingSystem.IsWindows())
                Directory.CreateDirectory(path, narrow);
            else
                Directory.CreateDirectory(path);
            return new WorkFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(parent, e);
        }
    }
}
