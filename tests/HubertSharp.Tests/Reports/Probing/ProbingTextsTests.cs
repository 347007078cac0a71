using System.Xml.Linq;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Probing;

namespace HubertSharp.Tests.Reports.Probing;

/// <summary>A probe in words and drawn: what is better, what is no difference, and what the weights say.</summary>
public class ProbingTextsTests
{
    private static ProbingReport Report(string metric, double difference, double low, double high, bool normalized = true) => new(
        "ctc-phone", metric, 40, 100, 20, 30, 2, metric == "acc" ? 0.125 : null, normalized, 2000,
        [
            Row("mfcc & <more>", "mfcc", [], []),
            Row("runs/it1", "trained", [new(0, 0.2), new(1, 0.5), new(2, 0.3)],
                [new("mfcc", new PairedDifference(difference, [new(ResampledUnit.Utterances, 30, low, high)]))]),
        ]);

    private static ProbingRow Row(
        string name, string kind, IReadOnlyList<LayerShare> weights, IReadOnlyList<ProbingDifference> differences) => new(
        name, kind, 39, 100, 0.01, 1800, 0.3, new Estimate(0.25, [new(ResampledUnit.Utterances, 30, 0.2, 0.31)]), 25, 100, weights,
            differences);

    [Theory]
    [InlineData("per", -0.1, -0.2, -0.05, "PER -10.0% (95%: -20.0% to -5.0% over 30 utterances): better.")]
    [InlineData("per", 0.1, 0.05, 0.2, ": worse.")]
    [InlineData("acc", 0.1, 0.05, 0.2, ": better.")]
    [InlineData("acc", -0.1, -0.2, -0.05, ": worse.")]
    [InlineData("acc", 0.1, -0.05, 0.2, ": no significant difference.")]
    public void Less_is_better_of_errors_alone(string metric, double difference, double low, double high, string expected) =>
        Assert.EndsWith(expected, Assert.Single(new ProbingTexts(Report(metric, difference, low, high)).Sentences()),
            StringComparison.Ordinal);

    [Fact]
    public void The_page_has_the_table_and_the_weights()
    {
        var page = ProbingPage.Render(Report("acc", 0.1, 0.05, 0.2));
        var svg = XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Descendants()
            .Single(e => e.Name.LocalName == "svg");
        Assert.Equal(3, svg.Descendants().Count(e => e.Name.LocalName == "circle")); // what has no layers is not drawn
        Assert.Contains("mfcc &amp; &lt;more&gt;", page, StringComparison.Ordinal);
        Assert.Contains("20.0% to 31.0%", page, StringComparison.Ordinal);
        Assert.Contains("12.5%; chance: 2.5%", page, StringComparison.Ordinal);
        Assert.Contains("With --normalize", ProbingPage.Render(Report("acc", 0.1, 0.05, 0.2, normalized: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cells_stand_under_the_header()
    {
        var texts = new ProbingTexts(Report("per", 0, 0, 0));
        Assert.Null(texts.Baseline);
        Assert.Equal(texts.Header.Count, texts.Cells(Report("per", 0, 0, 0).Rows[0]).Count);
        Assert.Equal("ctc-phone: 40 classes, 100 utterances to learn from, 20 to choose on, 30 to score (2 without labels left out)",
            texts.Title);
    }
}
