namespace HubertSharp.Runs.Stages;

internal static class StageFaults
{
    public static UserException NotOurs(string path) =>
        UserException.Create("the pipeline writes here, but what is there was not made by it", path,
            "nothing, or a folder of this pipeline",
            Directory.Exists(path)
                ? new FileInfo(path).LinkTarget is { } target ? $"a link to {PrintableText.Of(target)}" : "files of others"
                : "a file",
            "choose another --out, or move it away");

    public static UserException HoldsSource(string folder, string source) =>
        UserException.Create("the pipeline would write here, in or around what it reads", folder, $"a folder apart from {source}",
            next: "choose another --out");
}
