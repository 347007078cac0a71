namespace HubertSharp.Runs.RunFolders;

internal static class RunFaults
{
    public static UserException CannotCreate(string path, Exception cause) =>
        UserException.Create("cannot make the run folder", path, found: cause.Message, next: "choose another folder", cause: cause);

    public static UserException NoFolder(string path) => UserException.Create("no such run folder", path, next: "check the path");

    public static UserException NoRun(string path) =>
        UserException.Create("not a run folder", path, "config.yaml or metrics.jsonl in it", "neither", "name the folder of a run, or a log file");

    public static UserException CannotWrite(string path, Exception cause) =>
        UserException.Create("cannot write", path, found: cause.Message, next: "free space or choose another folder", cause: cause);

    public static UserException NotJson(string path, Exception? cause = null) =>
        UserException.Create("not the JSON that a run writes", path, next: "delete the file, the next start writes it anew", cause: cause);
}
