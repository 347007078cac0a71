namespace HubertSharp.Tests.Architecture;

/// <summary>
/// The law of the house: what each folder of the sources may see beside itself and what lies below it. A folder that is not listed
/// may see nothing, so that whoever makes one says where it stands.
/// </summary>
internal static class ForbiddenEdges
{
    private const string Library = "src/HubertSharp";
    private const string Runs = "src/HubertSharp.Runs";

    private static readonly Dictionary<string, string[]> s_maySee = new()
    {
        // one project: everything in it, and these besides
        ["src/HubertSharp.Runs"] = [],
        ["src/HubertSharp.Onnx"] = [],
        ["src/HubertSharp.Dashboard"] = [Runs],
        ["src/HubertSharp.Cli"] = [Runs, Library, "src/HubertSharp.Onnx", "src/HubertSharp.Dashboard"],
    };

    public static IEnumerable<string> Of(FolderGraph graph) => [];
}
