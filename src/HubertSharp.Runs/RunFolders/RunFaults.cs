namespace HubertSharp.Runs.RunFolders;

internal static class RunFaults
{
    public static UserException NotAFolder(string path, Exception cause) =>
        UserException.Create("cannot make the run folder", path, "a folder, or nothing", "a file", "choose another folder", cause);

    public static UserException InUse(string folder, Exception cause) =>
        UserException.Create("another process trains in this run folder", folder, next: "wait for it or stop it, or choose another folder",
            cause: cause);

    public static UserException Gone(string path) =>
        UserException.Create("removed, moved or replaced while the run writes it", path,
            next: "put the run folder back as it was, and run the same command again");

    public static UserException NoFolder(string path) => UserException.Create("no such run folder", path, next: "check the path");

    public static UserException NoRun(string path) =>
        UserException.Create("not a run folder", path, $"{RunFolder.ConfigName} or {RunFolder.MetricsName} in it", "neither",
            "name the folder of a run, or a log file");

    public static UserException NotSamples(string path, Exception? cause = null) =>
        UserException.Create("not the predictions that a run writes", path, next: "delete the file, the next validation writes it anew",
            cause: cause);

    /// <summary>A notice: nothing of it stops a run.</summary>
    public static string DamagedLines(string path, IReadOnlyList<int> numbers)
    {
        const int MostNamed = 10;
        var named = string.Join(", ", numbers.Take(MostNamed))
            + (numbers.Count > MostNamed ? $" and {numbers.Count - MostNamed} more" : "");
        return $"warning: {path}: damaged {(numbers.Count == 1 ? "line" : "lines")} {named}; kept as found and passed over by every "
            + $"reader, the other lines count";
    }

    public static UserException NotJson(string path, Exception? cause = null) =>
        UserException.Create("not the JSON that a run writes", path, next: "delete the file, the next start writes it anew", cause: cause);
}
