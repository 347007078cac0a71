namespace HubertSharp.Runs.Files;

/// <summary>
/// Folders that are whole or absent: filled under another name beside their place, brought to the disk, renamed into it. The files in
/// them are brought to the disk by whoever writes them (<see cref="AtomicFile"/>).
/// </summary>
public static class AtomicFolder
{
    private const string Half = ".partial";

    /// <summary>
    /// Writes a folder where only one process writes, the one that holds the run's lock: while it is at work it is called
    /// <c>.NAME.partial</c>. Nothing of it stays when something fails.
    /// </summary>
    /// <param name="place">A name that <see cref="Owned.DeleteLocked"/> knows, such as <c>update_000010000</c>.</param>
    /// <param name="fill">Writes the files into the folder that it is given.</param>
    /// <param name="makeRoom">Takes away what is at the place, once the new folder is whole.</param>
    /// <exception cref="IOException">It cannot be written, or the disk did not take it.</exception>
    public static void WriteLocked(string place, Action<string> fill, Action makeRoom)
    {
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentNullException.ThrowIfNull(makeRoom);
        var folder = Path.GetDirectoryName(Path.GetFullPath(place))!;
        var work = Path.Combine(folder, $".{Path.GetFileName(place)}{Half}");
        try
        {
            Owned.DeleteLocked(work); // of a process that was killed
            DiskSync.CreateFolder(folder);
            Directory.CreateDirectory(work);
            fill(work);
            Place(work, place, makeRoom);
        }
        catch (Exception)
        {
            try
            {
                Owned.DeleteLocked(work);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // the first fault is the one to report
            }
            throw;
        }
    }

    /// <summary>
    /// Gives a whole folder its place, where nothing may be any more; it stays where it is when the disk does not take it.
    /// </summary>
    /// <param name="work">The folder, beside the place or in a working folder on the same disk.</param>
    /// <param name="place">Where it goes.</param>
    /// <param name="makeRoom">Takes away what is there, at the last moment.</param>
    /// <exception cref="IOException">It cannot be renamed, or the disk did not take it.</exception>
    public static void Place(string work, string place, Action? makeRoom = null)
    {
        DiskSync.FlushFolder(work);
        makeRoom?.Invoke();
        Directory.Move(work, place);
        try
        {
            DiskSync.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(place))!);
        }
        catch (IOException)
        {
            Directory.Move(place, work); // whether its name reached the disk is unknown: nothing may be built on it
            throw;
        }
    }

    /// <summary>Removes what killed processes left half written by <see cref="WriteLocked"/>; the lock says that they are dead.</summary>
    /// <param name="folder">Where the places are.</param>
    /// <param name="isPlace">Whether a name is one of such a place.</param>
    public static void ClearLocked(string folder, Func<string, bool> isPlace)
    {
        foreach (var left in Directory.GetDirectories(folder, $".*{Half}").Where(path => isPlace(Path.GetFileName(path)[1..^Half.Length])))
            Owned.DeleteLocked(left);
    }
}
