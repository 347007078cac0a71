using System.Xml.Linq;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Tests.Reports.Tokenizers;

public sealed class TokenizerComparisonTests
{
    private static IReadOnlyList<TokenizerSummary> Summaries => SampleTokenizer.Summaries;

    [Theory]
    [InlineData(ReportLanguage.English, "HuBERT, layer 3", "no teacher")]
    [InlineData(ReportLanguage.Chinese, "HuBERT 第 3 层", "无教师")]
    public void Figures_of_all_stand_beside_each_other(ReportLanguage language, string first, string second)
    {
        var texts = new TokenizerComparison(Summaries, language);
        var stoi = texts.ReconstructionRows(onlyChief: true).Where(row => row[0] == "STOI").ToList();
        Assert.Equal([first, second], stoi.Select(row => row[1]));
        Assert.Equal(2 + 4, stoi[0].Count); // 1, 2, 4 and 8 quantisers
        Assert.True(texts.ReconstructionRows(onlyChief: false).Count() > texts.ReconstructionRows(onlyChief: true).Count());
        Assert.Equal([first, second], texts.ContentRows().Select(row => row[0]));
        Assert.Equal(9, texts.ContentHeader.Count); // ten are wider than the page
        Assert.All(texts.ContentRows(), row => Assert.Equal(texts.ContentHeader.Count, row.Count));
        Assert.All(texts.SpeakerRows(), row => Assert.Equal(texts.SpeakerHeader.Count, row.Count));
        Assert.All(texts.CodebookRows(), row => Assert.Equal(texts.CodebookHeader.Count, row.Count));
    }

    [Fact]
    public void Sentences_go_by_the_intervals()
    {
        Assert.Equal(
            ["Quantiser 1 learnt from HuBERT, layer 3 tells more of the reference than with no teacher: PNMI 0.610 against 0.310."],
            new TokenizerComparison(Summaries, ReportLanguage.English).Sentences());
        Assert.StartsWith("以 HuBERT 第 3 层为教师的第一级量化器比无教师携带更多",
            Assert.Single(new TokenizerComparison(Summaries, ReportLanguage.Chinese).Sentences()), StringComparison.Ordinal);
        Assert.Contains("量化器比 MFCC 携带更多", Assert.Single(new TokenizerComparison(
            [Summaries[0], Summaries[1] with { Teacher = "mfcc" }], ReportLanguage.Chinese).Sentences()), StringComparison.Ordinal);
        Assert.Contains("less of", Assert.Single(new TokenizerComparison([Summaries[1], Summaries[0]], ReportLanguage.English).Sentences()),
            StringComparison.Ordinal);
        Assert.Contains("overlap", Assert.Single(new TokenizerComparison([Summaries[0], Summaries[0]], ReportLanguage.English).Sentences()),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportLanguage.English, "HuBERT, layer 3")]
    [InlineData(ReportLanguage.Chinese, "HuBERT 第 3 层")]
    public void The_page_has_each_original_once_and_the_copies_of_all(ReportLanguage language, string name)
    {
        var html = TokenizerComparisonPage.Render(Summaries, [SampleTokenizer.Examples, SampleTokenizer.Examples], language, "other.html");
        var page = XDocument.Parse(html["<!DOCTYPE html>".Length..]);
        Assert.Equal(2 * (1 + (2 * 4)), page.Descendants("audio").Count());
        Assert.Empty(page.Descendants("script"));
        Assert.Contains(page.Descendants("h4"), heading => heading.Value == name);
    }

    [Fact]
    public void A_pipelines_report_and_the_terminal_have_the_chief_figures_and_lead_to_the_pages()
    {
        var report = SampleReport.Create() with { Tokenizers = Summaries };
        var html = HtmlReport.Render(report, ReportLanguage.Chinese);
        var links = XDocument.Parse(html["<!DOCTYPE html>".Length..]).Descendants("a").Select(a => (string)a.Attribute("href")!).ToList();
        Assert.Contains("tokenizers/comparison/tokenizers.zh.html", links);
        Assert.Contains("tokenizers/none/run/reconstructions/tokenizer.zh.html", links);
        using var output = new StringWriter();
        ConsoleReport.Write(report, ReportLanguage.English, output);
        Assert.Contains("Tokenizers, by their teacher", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("tells more of the reference", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Tokenizers", HtmlReport.Render(SampleReport.Create(), ReportLanguage.English), StringComparison.Ordinal);
    }
}
