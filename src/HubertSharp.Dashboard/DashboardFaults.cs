using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard;

internal static class DashboardFaults
{
    public static UserException NoFolder(string path) =>
        UserException.Create("no such folder", path, next: "name a run folder or a folder of run folders");

    public static UserException BadPort(int port) =>
        UserException.Create("--port", expected: "a number from 0 to 65535", found: $"{port}");

    public static UserException UnknownHost(string host, Exception? cause = null) =>
        UserException.Create("--host", expected: "an address or a name of this machine", found: $"'{PrintableText.Of(host)}'",
            next: "use 127.0.0.1 to be reached from this machine only", cause: cause);

    public static UserException CannotListen(string host, int port, Exception cause) =>
        UserException.Create($"cannot listen on {host}:{port}", found: cause.Message, next: "choose another --port, or 0 for a free one",
            cause: cause);

    public static UserException NoAudioRoot(string path) =>
        UserException.Create("no such folder", PrintableText.Of(path), next: "check --audio-root");

    public static UserException BadToken(int longest) =>
        UserException.Create("--token", expected: $"1 to {longest} visible ASCII characters without spaces", found: "something else",
            next: "leave it out and one is made");

    public static UserException AudioElsewhere(string root) =>
        UserException.Create("the manifest's audio lies outside what the dashboard may play", PrintableText.Of(root),
            next: "start it with --audio-root and that folder, if you trust who made the run");

    public static UserException TooSlow(string path, TimeSpan patience) =>
        UserException.Create("takes too long to read here", PrintableText.Of(path), $"at most {patience.TotalSeconds:0} s", "more",
            "the other runs are shown all the same");

    public static UserException NotOfTheRun(string path) =>
        UserException.Create("not a file of the run's own", path, "a regular file", "a link", "links in run folders are not followed");

    public static UserException NoLog(string path) =>
        UserException.Create("no log yet", path, next: "it appears with the first line of the training");

    public static UserException UnreadableElsewhere(string folder) =>
        UserException.Create("a file outside the run folder that its configuration names cannot be read", PrintableText.Of(folder),
            next: "'hubert doctor' says which and why");

    public static UserException Reference(string key, string found) =>
        UserException.Create(RunFolder.ConfigName, key, "a folder", $"'{PrintableText.Of(found)}'",
            "the environment is not asked for a run's configuration: write the folder there");

    public static UserException NoConfig(string run) =>
        UserException.Create($"the run folder has no {RunFolder.ConfigName}", run, next: "its manifest is not known without it");

    public static UserException BadName(string key, string found) =>
        UserException.Create(RunFolder.ConfigName, key, "a plain file name", $"'{PrintableText.Of(found)}'",
            "nothing outside its folder is read");

    public static UserException Changed(string path) =>
        UserException.Create("the manifest changed", path, next: "load the page again");
}
