namespace HubertSharp.Tests;

/// <summary>Where the golden fixtures are: the folder in HUBERTSHARP_FIXTURES, else <c>tests/fixtures</c> of this checkout.</summary>
internal static class Fixtures
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("HUBERTSHARP_FIXTURES") is { Length: > 0 } other
        ? other
        : Path.Combine(RepositoryRoot(), "tests", "fixtures");

    public static string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>
    /// The folders of one kind, so that a set with other names of models runs too: <c>Fixtures.Matching("hubert_tiny_*")</c>.
    /// </summary>
    public static string[] Matching(string pattern) =>
        [.. Directory.GetDirectories(Folder, pattern).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HubertSharp.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"no HubertSharp.slnx above {AppContext.BaseDirectory}");
    }
}
