using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// The files of a run folder that only tell of the run: what stands in the way of one is put aside under another name, never deleted,
/// and the run goes on.
/// </summary>
public static class SideFiles
{
    /// <summary>Puts aside a folder that stands where a file belongs, or a file where a folder does.</summary>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void MakeRoom(string path, Action<string>? notice, bool forFolder = false)
    {
        if (forFolder ? File.Exists(path) : Directory.Exists(path))
            PutAside(path, forFolder ? "a file where a folder belongs" : "a folder where a file belongs", notice);
    }

    /// <summary>Renames a file or folder to <c>NAME.damaged-1</c>, or the next number that is free.</summary>
    /// <exception cref="UserException">It cannot be renamed.</exception>
    public static void PutAside(string path, string what, Action<string>? notice)
    {
        var aside = FreeName(path, "damaged");
        try
        {
            if (Directory.Exists(path))
                Directory.Move(path, aside);
            else
                File.Move(path, aside);
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
            if (!Path.Exists(name))
                return name;
        }
    }
}
