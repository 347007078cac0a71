using HubertSharp.Runs.LineIndexes;

namespace HubertSharp.Runs.Manifests;

internal static class ManifestFaults
{
    public static UserException Missing(string path) =>
        UserException.Create("no such manifest", path, next: "make one with 'hubert manifest DIR --out DIR'");

    public static UserException Folder(string path, string? manifest) =>
        UserException.Create("no such manifest", path, "a file (.tsv)", "a folder",
            manifest is null ? "make one with 'hubert manifest DIR --out DIR'" : $"give a manifest in it, such as {manifest}");

    public static UserException NoFolder(string path, string folder) =>
        UserException.Create("no such manifest", path, $"a folder {folder}", "none",
            "check the path, or make one with 'hubert manifest DIR --out DIR'");

    public static UserException NoRoot(string path) =>
        UserException.Create("not a manifest", $"{path}:1", "the root folder alone on the first line", "something else",
            "see 'hubert manifest --help'");

    public static UserException EmptyLine(string path, int line) =>
        UserException.Create("empty line", $"{path}:{line}", "path TAB samples", "nothing", "remove the line");

    public static UserException Columns(string path, int line, int found) =>
        UserException.Create("malformed line", $"{path}:{line}", "path TAB samples [TAB language]", $"{Counted.Of(found, "column")}",
            "write the manifest anew with 'hubert manifest'");

    public static UserException NoPath(string path, int line) =>
        UserException.Create("malformed line", $"{path}:{line}", "a path in the first column", "a zero byte in it",
            "check that it is a manifest");

    public static UserException ArchiveEntry(string path) =>
        UserException.Create("malformed place in an archive", path, "archive.zip:offset:length (or .tar, .ark), both numbers in bytes",
            "something else",
            "mend the manifest");

    public static UserException Samples(string path, int line, string found) =>
        UserException.Create("bad length", $"{path}:{line}", "a number of samples above 0", $"'{found}'",
            "write the manifest anew with 'hubert manifest'");

    public static UserException TooLarge(string path, long maximumBytes) =>
        UserException.Create("the manifest is too large for this", path, $"at most {maximumBytes >> 20} MiB", "more",
            "cut it into several");

    public static UserException Changed(string path, int line) =>
        UserException.Create("the manifest changed while it was in use", $"{path}:{line}",
            next: $"start again; if it is told once more, remove {path}{LineIndexMaker.Ending}");

    public static UserException Unreadable(string path, Exception cause) =>
        UserException.Create("cannot read", path, found: cause.Message, next: "check the path and its permissions", cause: cause);

    public static UserException NoEntries(string path) =>
        UserException.Create("the manifest names no audio", path, next: "check the folder that it was made from");
}
