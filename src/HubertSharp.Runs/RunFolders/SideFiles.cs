using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// The files of a run folder that only tell of the run: what stands in the way of one is put aside under another name, never deleted,
/// and the run goes on. Nothing is waited on: a pipe, a device or a socket is never opened.
/// </summary>
public static class SideFiles
{
    private const int MostCompared = 4 << 20;

    /// <summary>Puts aside whatever stands in the way of any file or folder that a run writes beside its checkpoints.</summary>
    /// <param name="folder">A run that goes on, or begins; its lock is held.</param>
    /// <param name="notice">Told of each in one line.</param>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void MakeRoom(RunFolder folder, Action<string>? notice)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach (var path in folder.SideFolderPaths)
            MakeRoom(path, notice, forFolder: true);
        foreach (var path in folder.SidePaths)
            MakeRoom(path, notice);
        CheckReads(folder.LabelsPath, LabelSummary.Read, notice);
        CheckReads(folder.DataPath, DataSummary.Read, notice);
        CheckReads(folder.TranscriptsPath, TranscriptSummary.Read, notice);
        CheckReads(folder.SamplesPath, PredictionSamples.Read, notice);
        CheckReads(folder.RankTimesPath, RankTimesFile.Read, notice);
    }

    /// <summary>
    /// Keeps a file that a run at its beginning would write over, under the name <c>NAME.1</c>: nobody knows whose it is.
    /// </summary>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void KeepOther(string path, string text, Action<string>? notice)
    {
        if (!File.Exists(path) || (new FileInfo(path).Length < MostCompared && RegularFile.ReadAllText(path, MostCompared) == text))
            return;
        try
        {
            notice?.Invoke($"warning: {path}: not of this run; it is kept as {Path.GetFileName(Owned.MoveAside(path))}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>Puts aside what is no regular file, where a file belongs, or no folder, where a folder does.</summary>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void MakeRoom(string path, Action<string>? notice, bool forFolder = false)
    {
        if (Obstacle(path, forFolder) is { } what)
            PutAside(path, what, notice);
    }

    /// <summary>Opens a file to be gone on with; one that this user has no right to is put aside, and a new one takes its place.</summary>
    /// <typeparam name="T">What is opened.</typeparam>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    internal static T Open<T>(string path, Action<string>? notice, Func<string, T> open)
    {
        MakeRoom(path, notice);
        try
        {
            return open(path);
        }
        catch (UnauthorizedAccessException e) when (FileStatus.IdentityOf(path) is not null)
        {
            PutAside(path, $"cannot be opened ({PrintableText.Of(e)})", notice);
            return open(path);
        }
    }

    /// <summary>What is in the way, in a few words; null when nothing is.</summary>
    public static string? Obstacle(string path, bool forFolder = false)
    {
        if (FileStatus.IdentityOf(path) is null)
            return null;
        var belongs = forFolder ? "where a folder belongs" : "where a file belongs";
        return FileStatus.KindOf(path) switch
        {
            null => $"a link that leads nowhere {belongs}",
            { IsRegular: true } when !forFolder => null,
            { IsFolder: true } when forFolder => null,
            { IsRegular: true } => $"a file {belongs}",
            { Name: var name } => $"{name} {belongs}",
        };
    }

    // what its own reader does not take is damaged, or somebody else's
    private static void CheckReads<T>(string path, Func<string, T> read, Action<string>? notice)
    {
        if (!File.Exists(path))
            return;
        try
        {
            read(path);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            PutAside(path, "not the JSON that a run writes", notice);
        }
    }

    /// <summary>Renames a file or folder to <c>NAME.damaged-1</c>, or the next number that is free.</summary>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void PutAside(string path, string what, Action<string>? notice)
    {
        var aside = FreeName(path, "damaged");
        try
        {
            Owned.MoveBeside(path, aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(aside, e);
        }
        notice?.Invoke($"warning: {path}: {what}; it is put aside as {Path.GetFileName(aside)}, and the run goes on");
    }

    /// <summary><c>NAME.WORD-1</c>, or the next number that is free.</summary>
    internal static string FreeName(string path, string word)
    {
        for (var number = 1; ; number++)
        {
            var name = $"{path}.{word}-{number}";
            if (FileStatus.IdentityOf(name) is null)
                return name;
        }
    }
}
