using Microsoft.AspNetCore.Http;

namespace HubertSharp.Dashboard;

/// <summary>The page's own files, embedded in the program.</summary>
internal static class WebAssets
{
    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".txt"] = "text/plain; charset=utf-8",
    };

    private static readonly Dictionary<string, byte[]> Files = typeof(WebAssets).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith("web/", StringComparison.Ordinal)).ToDictionary(n => n["web/".Length..], Load);

    /// <summary>One of the files by its name.</summary>
    public static IResult Get(string name) =>
        Files.TryGetValue(name, out var bytes) ? Results.Bytes(bytes, Types[Path.GetExtension(name)]) : Results.NotFound();

    private static byte[] Load(string resource)
    {
        using var stream = typeof(WebAssets).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
