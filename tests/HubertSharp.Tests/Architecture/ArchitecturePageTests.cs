using System.Text.RegularExpressions;
using HubertSharp.Tests.Snapshots;

namespace HubertSharp.Tests.Architecture;

/// <summary><c>docs/architecture.md</c> and its picture are what the code is.</summary>
public partial class ArchitecturePageTests
{
    private static readonly Dictionary<string, string> s_holds = new(StringComparer.Ordinal)
    {
        ["HubertSharp.Cli"] = "every verb",
        ["HubertSharp.Dashboard"] = "runs in the browser",
        ["HubertSharp.Onnx"] = "runs exported models",
        ["HubertSharp.Runs"] = "runs, without libtorch",
        ["Tensors"] = "parameters, kernels",
        ["Audio"] = "decodes to 16 kHz",
        ["Models"] = "HuBERT itself",
        ["Distributed"] = "many processes",
        ["Training"] = "the loop of any run",
        ["Interop"] = "models in and out",
        ["Features"] = "MFCCs and layers",
        ["Clustering"] = "k-means",
        ["Evaluation"] = "quality, probe, ABX",
        ["LanguageModels"] = "n-gram models",
        ["Decoding"] = "text of recordings",
        ["Corpora"] = "recordings, manifests",
        ["Pretraining"] = "what only HuBERT has",
        ["Finetuning"] = "what only CTC has",
        ["Probing"] = "SUPERB's heads",
        ["SpeechTokenizer"] = "codes of speech",
        ["Ranking"] = "what checkpoints are worth",
        ["Pipelines"] = "the whole road",
    };

    [Fact]
    public void The_picture_is_drawn_from_the_code()
    {
        var edges = new FolderGraph(new TypeUses(SourceTree.Here.Sources).BetweenFolders()).Edges
            .Select(e => (From: Box(e.From), To: Box(e.To))).Where(e => e.From != e.To && e.From.Length > 0 && e.To.Length > 0).ToArray();
        var boxes = SourceTree.Here.Sources.Select(f => Box(f.Folder)).Where(b => b.Length > 0).Distinct().ToArray();
        Assert.Empty(boxes.Except(s_holds.Keys)); // a new folder is told about in a few words
        Snapshot.Check("docs/images/architecture.svg",
            new FolderPicture(edges, boxes.ToDictionary(b => b, b => s_holds[b], StringComparer.Ordinal)).Svg());
    }

    [Fact]
    public void An_arrow_that_others_imply_is_left_out()
    {
        var picture = new FolderPicture([("A", "B"), ("B", "C"), ("A", "C"), ("A", "D")],
            new[] { "A", "B", "C", "D" }.ToDictionary(n => n, n => n, StringComparer.Ordinal));
        Assert.Equal([("A", "B"), ("A", "D"), ("B", "C")], picture.Arrows.Order());
        Assert.Equal(4, Regex.Count(picture.Svg(), "<rect x="));
        Assert.Equal(3, Regex.Count(picture.Svg(), "marker-end"));
    }

    /// <summary>The page and the README name the same six files, and each is there.</summary>
    [Fact]
    public void The_six_files_to_read_first_are_there()
    {
        var six = ReadFirst("docs/architecture.md");
        Assert.Equal(6, six.Length);
        Assert.Equal(six, ReadFirst("README.md"));
        Assert.All(six, path => Assert.True(File.Exists(Path.Combine(SourceTree.Here.Root, path)), path));
    }

    [Fact]
    public void Every_file_that_the_page_names_is_there()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Here.Root, "docs/architecture.md"));
        var named = Named().Matches(page).Select(m => m.Groups[1].Value).ToArray();
        Assert.True(named.Length > 30, $"{named.Length} files named");
        Assert.All(named, path => Assert.True(Path.Exists(Path.Combine(SourceTree.Here.Root, path)), path));
        Assert.DoesNotMatch(@"`[A-Z][A-Za-z/]+\.cs`", page); // a name alone could not be held to
    }

    // the library's folders by name, the other projects as one box each
    private static string Box(string folder) =>
        folder.Split('/') is ["src", var project, .. var inner] ? project != "HubertSharp" ? project : inner.FirstOrDefault("") : "";

    private static string[] ReadFirst(string page) =>
        [.. Numbered().Matches(File.ReadAllText(Path.Combine(SourceTree.Here.Root, page))).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^\d\. `(src/[^`]+)`: ", RegexOptions.Multiline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"`((?:src|tests|bench|build|docs)/[^`* ]+)`")]
    private static partial Regex Named();
}
