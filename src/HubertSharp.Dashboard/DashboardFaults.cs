using HubertSharp.Runs;

namespace HubertSharp.Dashboard;

internal static class DashboardFaults
{
    public static UserException NoFolder(string path) =>
        UserException.Create("no such folder", path, next: "name a run folder or a folder of run folders");

    public static UserException BadPort(int port) =>
        UserException.Create("--port", expected: "a number from 0 to 65535", found: $"{port}");

    public static UserException UnknownHost(string host, Exception? cause = null) =>
        UserException.Create("--host", expected: "an address or a name of this machine", found: $"'{PrintableText.Of(host)}'", next: "use 127.0.0.1 to be reached from this machine only", cause: cause);

    public static UserException CannotListen(string host, int port, Exception cause) =>
        UserException.Create($"cannot listen on {host}:{port}", found: cause.Message, next: "choose another --port, or 0 for a free one", cause: cause);

    public static UserException NoConfig(string run) =>
        UserException.Create("the run folder has no config.yaml", run, next: "its manifest is not known without it");

    public static UserException BadName(string key, string found) =>
        UserException.Create("config.yaml", key, "a plain file name", $"'{PrintableText.Of(found)}'", "nothing outside its folder is read");

    public static UserException Changed(string path) =>
        UserException.Create("the manifest changed", path, next: "load the page again");
}
