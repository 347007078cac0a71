using System.Text.RegularExpressions;

namespace HubertSharp.Tests.Architecture;

/// <summary>What the shape of the code promises, read from the code.</summary>
public partial class ArchitectureTests
{
    private static readonly Lazy<FolderGraph> s_graph = new(() => new(new TypeUses(SourceTree.Here.Sources).BetweenFolders()));

    [Fact]
    public void Projects_see_only_what_they_may() => None(FloorPlan.ForbiddenProjects(s_graph.Value));

    [Fact]
    public void Folders_see_only_what_they_may() => None(FloorPlan.ForbiddenFolders(s_graph.Value));

    [Fact]
    public void No_folders_know_each_other_in_a_circle() => None(s_graph.Value.CirclesSideBySide());

    [Fact]
    public void What_reads_runs_needs_no_libtorch() => None(
        from project in (string[])["HubertSharp.Runs", "HubertSharp.Onnx", "HubertSharp.Dashboard"]
        let path = $"src/{project}/{project}.csproj"
        where Torch().IsMatch(File.ReadAllText(Path.Combine(SourceTree.Here.Root, path)))
        select path);

    [Fact]
    public void A_file_has_the_namespace_of_its_folder() => None(
        from file in SourceTree.Here.Sources.Concat(SourceTree.Here.Tests)
        let expected = file.Folder[(file.Folder.IndexOf('/', StringComparison.Ordinal) + 1)..].Replace('/', '.')
        where file.Root.Members.Count > 0 && file.Namespace != expected
        select $"{file.Path}: expected namespace {expected}, found {file.Namespace}");

    [Fact]
    public void Every_folder_of_sources_has_its_tests() => None(
        from folder in SourceTree.Here.Sources.Select(f => f.Folder).Distinct()
        let mirrored = TestFolderOf(folder)
        where !SourceTree.Here.Tests.Any(f => FolderGraph.IsBelow(f.Folder, mirrored) && f.HasTests)
        select $"{folder}: no tests in {mirrored}");

    [Fact]
    public void No_folder_has_more_files_than_one_takes_in() =>
        None(SizeLimits.LargeFolders(SourceTree.Here.Paths("src", "tests/HubertSharp.Tests", "bench", "build")));

    [Fact]
    public void No_line_is_longer_than_the_limit() => None(SizeLimits.LongLines(SourceTree.Here.Files));

    [Fact]
    public void No_method_is_longer_than_the_limit() => None(SizeLimits.LongMethods(SourceTree.Here.Files));

    [Fact]
    public void The_limit_of_a_line_is_that_of_the_editor() =>
        Assert.Contains($"max_line_length = {SizeLimits.Columns}\n", File.ReadAllText(Path.Combine(SourceTree.Here.Root, ".editorconfig")),
            StringComparison.Ordinal);

    // the library and what reads runs are the product itself; a program's tests lie under the program's name
    private static string TestFolderOf(string folder)
    {
        var parts = folder.Split('/');
        var program = parts[1] is "HubertSharp" or "HubertSharp.Runs" ? [] : new[] { parts[1]["HubertSharp.".Length..] };
        return string.Join('/', ["tests", "HubertSharp.Tests", .. program, .. parts.Skip(2)]);
    }

    private static void None(IEnumerable<string> violations)
    {
        var all = violations.Order(StringComparer.Ordinal).ToArray();
        Assert.True(all.Length == 0, $"{all.Length} against this rule:{string.Concat(all.Select(v => $"{Environment.NewLine}  {v}"))}");
    }

    [GeneratedRegex("<PackageReference Include=\"(TorchSharp|libtorch|\\$\\(LibTorch)", RegexOptions.IgnoreCase)]
    private static partial Regex Torch();
}
