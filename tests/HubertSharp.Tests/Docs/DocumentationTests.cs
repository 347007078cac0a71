using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using HubertSharp.Runs.Recipes;
using HubertProgram = HubertSharp.Cli.Program; // the other Program is build/WeakenGlibcxx

namespace HubertSharp.Tests.Docs;

public partial class DocumentationTests
{
    public static TheoryData<string> Pages() =>
        [.. new[] { "README.md", "THIRD-PARTY.md" }.Concat(Directory.GetFiles(At("docs"), "*.md").Select(p => $"docs/{Path.GetFileName(p)}")
            .Order(StringComparer.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_is_one_that_the_program_takes(string page)
    {
        foreach (var line in Commands(page).Where(l => l.StartsWith("./hubert ", StringComparison.Ordinal)))
        {
            var parsed = HubertProgram.CreateRoot().Parse(CommandLineParser.SplitCommandLine(line["./hubert ".Length..]).ToArray());
            Assert.True(parsed.Errors.Count == 0 && parsed.CommandResult.Command.Action is not null,
                $"{page}: {line}: {string.Join(' ', parsed.Errors)}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_and_every_path_leads_somewhere(string page)
    {
        var text = File.ReadAllText(At(page));
        var links = LinkTarget().Matches(text).Select(m => m.Groups[1].Value).Where(l => !l.StartsWith("http", StringComparison.Ordinal))
            .Select(l => Path.Combine(Path.GetDirectoryName(At(page))!, l));
        var paths = RepositoryPath().Matches(text).Select(m => At(m.Groups[1].Value));
        foreach (var path in links.Concat(paths))
            Assert.True(Path.Exists(path), $"{page}: {path}");
    }

    [Fact]
    public void The_readme_runs_what_it_promises()
    {
        var commands = Commands("README.md").ToList();
        Assert.Contains(commands, c => c.StartsWith("./demo.sh", StringComparison.Ordinal));
        Assert.Contains(commands, c => c.StartsWith("./test.sh", StringComparison.Ordinal));
        Assert.True(commands.Count(c => c.StartsWith("./hubert ", StringComparison.Ordinal)) >= 10);
        Assert.All(RecipeFile.Names, name => Assert.True(File.Exists(At("recipes", $"{name}.yaml"))));
    }

    [Fact]
    public void The_recipe_of_the_pipeline_page_reads()
    {
        using var folder = new TemporaryFolder();
        var yaml = Regex.Match(File.ReadAllText(At("docs", "pipeline.md")), "```yaml\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(2, RecipeFile.Read(folder.Write("recipe.yaml", yaml), []).Iterations.Count);
    }

    /// <summary>The lines of the page's <c>bash</c> blocks, continued lines joined, comments cut off.</summary>
    private static IEnumerable<string> Commands(string page) =>
        BashBlock().Matches(File.ReadAllText(At(page)))
            .SelectMany(m => m.Groups[1].Value.Replace("\\\n", " ").Split('\n'))
            .Select(l => l.Split(" # ")[0].Trim())
            .Where(l => l.Length > 0);

    private static string At(params string[] parts) => Path.Combine([Fixtures.RepositoryRoot(), .. parts]);

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"[` ]((?:src|recipes|tests|docs|build)/[A-Za-z0-9_./-]+[A-Za-z0-9_])")]
    private static partial Regex RepositoryPath();
}
