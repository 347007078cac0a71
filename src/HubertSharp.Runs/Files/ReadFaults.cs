namespace HubertSharp.Runs.Files;

/// <summary>Why a file could not be read: one that is not there is told from a folder in its place.</summary>
public static class ReadFaults
{
    /// <summary>The fault where no file of a name was found.</summary>
    /// <param name="path">What was named.</param>
    /// <param name="what">What was to be read there, such as <c>lexicon</c>.</param>
    /// <param name="expected">What such a file is, where its name does not say it.</param>
    /// <param name="next">What to do where nothing is there.</param>
    public static UserException Missing(string path, string what = "file", string? expected = null, string next = "check the path") =>
        Directory.Exists(path)
            ? UserException.Create($"this is a folder, not {(what[0] is 'a' ? "an" : "a")} {what}", path, expected,
                next: "name the file itself")
            : UserException.Create($"no such {what}", path, expected, next: next);
}
