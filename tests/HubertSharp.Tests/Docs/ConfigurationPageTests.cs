using HubertSharp.Tests.Architecture;

namespace HubertSharp.Tests.Docs;

/// <summary>
/// <c>docs/configuration.md</c> says what the records say. HUBERTSHARP_WRITE_DOCS=1 writes it anew; what stands above its first group is
/// written by hand and stays.
/// </summary>
public class ConfigurationPageTests
{
    private const string FirstGroup = "\n## common\n";

    private static string Path { get; } = System.IO.Path.Combine(SourceTree.Here.Root, "docs", "configuration.md");

    [Fact]
    public void The_page_is_that_of_the_records()
    {
        var written = File.ReadAllText(Path);
        var head = written.Split(FirstGroup)[0];
        var page = new ConfigurationPage().Text(head);
        if (Environment.GetEnvironmentVariable("HUBERTSHARP_WRITE_DOCS") == "1")
            File.WriteAllText(Path, page);
        else
            Assert.Equal(page.Split('\n'), written.Split('\n')); // HUBERTSHARP_WRITE_DOCS=1 writes it anew
    }

    [Fact]
    public void Every_key_says_what_it_means() => Assert.Empty(new ConfigurationPage().Unexplained);
}
