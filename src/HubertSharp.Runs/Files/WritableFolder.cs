namespace HubertSharp.Runs.Files;

/// <summary>Whether a result can be written where it is to go, found out by writing an empty file of ours in the folder.</summary>
public static class WritableFolder
{
    /// <summary>Tries the nearest folder of a place that is there; the place's own may still have to be made.</summary>
    /// <param name="named">What the user named, for the message.</param>
    /// <param name="place">The same, behind links.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void Check(string named, string place)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(place))!;
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } up)
            folder = up;
        var trial = WorkName.In(folder, "trial");
        try
        {
            new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0).Dispose();
            Owned.DeleteWork(trial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw File.Exists(folder) ? FileFaults.FileInTheWay(named, folder) : WriteFaults.Of(named, e);
        }
    }
}
