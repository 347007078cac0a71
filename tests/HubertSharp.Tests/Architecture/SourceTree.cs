namespace HubertSharp.Tests.Architecture;

/// <summary>The C# files of this checkout.</summary>
internal sealed class SourceTree
{
    private static readonly Lazy<SourceTree> s_here = new(() => new(Fixtures.RepositoryRoot()));

    private SourceTree(string root)
    {
        Root = root;
        Files =
        [
            .. Paths("src", "tests", "bench", "build").Where(p => p.EndsWith(".cs", StringComparison.Ordinal))
                .Select(p => new SourceFile(p, File.ReadAllText(System.IO.Path.Combine(root, p)))),
        ];
    }

    public static SourceTree Here => s_here.Value;

    public string Root { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The files of the libraries and programs.</summary>
    public IEnumerable<SourceFile> Sources => Files.Where(f => f.Path.StartsWith("src/", StringComparison.Ordinal));

    public IEnumerable<SourceFile> Tests => Files.Where(f => f.Path.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>Files below some folders, relative to the repository with '/', without what a build made.</summary>
    public IEnumerable<string> Paths(params string[] folders) => folders
        .SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*", SearchOption.AllDirectories))
        .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'))
        .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal);
}
