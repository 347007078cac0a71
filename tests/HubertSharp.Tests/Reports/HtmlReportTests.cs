using System.Text.RegularExpressions;
using System.Xml.Linq;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Reports;

public class HtmlReportTests
{
    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Chinese)]
    public void The_page_is_well_formed_and_loads_nothing(ReportLanguage language)
    {
        var page = Parse(HtmlReport.Render(SampleReport.Create(), language, "report.zh.html"));
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.Empty(page.Descendants("img"));
        Assert.Equal(["report.zh.html"],
            page.Descendants().Attributes().Where(a => a.Name.LocalName is "href" or "src").Select(a => a.Value));
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value);
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_from_outside_are_text()
    {
        const string hostile = "<script>alert('x')</script>\"&\u0001\ud800 𠀀";
        var sample = SampleReport.Create(hostile);
        var report = sample with
        {
            Corpus = new CorpusSummary(hostile, [new(hostile, hostile, 1, 1)], hostile),
            Quality = [sample.Quality[0] with { Reference = hostile, Language = hostile }],
            Environment = [new(hostile, hostile)],
            StageSeconds = [new(hostile, 1)],
            Iterations =
            [
                sample.Iterations[0] with
                {
                    Verdict = new(hostile, hostile, [new(hostile, hostile, hostile, hostile)]),
                    Configuration = [new(hostile, hostile)],
                },
            ],
        };
        var html = HtmlReport.Render(report, ReportLanguage.English);
        Assert.Empty(Parse(html).Descendants("script"));
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp; \ufffd", html);
        Assert.Equal("<script>alert('x')</script>\"& \ufffd 𠀀", Parse(html).Descendants("h1").Single().Value);
    }

    [Fact]
    public void The_figures_are_those_that_were_measured()
    {
        var text = Parse(HtmlReport.Render(SampleReport.Create(), ReportLanguage.English)).Root!.Value;
        foreach (var figure in new[]
        {
            "6.76", "4.80", "4.82", "6.70", "6.43", "28.4%", "0.145", "0.289", "40.0% – 46.0%", "CC BY-SA 3.0",
        })
            Assert.Contains(figure, text);
        Assert.Contains("iteration 2, layer 3 *", text);
        Assert.Contains("0.302 (0.291–0.311)", text);
        // a difference only where every interval excludes 0
        Assert.Contains("Mandarin: iteration 2, layer 3 against MFCC at 50 Hz: PNMI +0.021 (95%: +0.014 to +0.028 over 120 utterances, "
            + "+0.002 to +0.040 over 6 speakers), better; ABX error across speakers -1.2% (95%: -2.0% to -0.4% over 120 utterances, "
            + "-4.0% to +0.1% over 6 speakers), no significant difference.", text);
        Assert.Contains("Held-out speaker: iteration 2, layer 3 against MFCC: probe +1.9% (95%: -1.0% to +5.0% over 120 utterances), "
            + "no significant difference.", text);
        Assert.Contains("against untrained model, layer 3: probe +23.0% (95%: +20.0% to +26.0% over 120 utterances), better.", text);
    }

    [Fact]
    public void The_Chinese_page_says_the_same()
    {
        var (english, chinese) = (Html(ReportLanguage.English), Html(ReportLanguage.Chinese));
        static string[] Numbers(string html) =>
            [.. Regex.Matches(html[html.IndexOf("</style>", StringComparison.Ordinal)..], @"(?<=>)[\d.,]+(?= %|<)").Select(m => m.Value)];
        Assert.Equal(Numbers(english), Numbers(chinese));
        Assert.Contains("普通话：第 2 轮第 3 层对比MFCC（50 Hz）：PNMI +0.021（95% 区间：按 120 条语句重抽样 +0.014 至 +0.028，"
            + "按 6 位说话人重抽样 +0.002 至 +0.040），更好；", chinese);

        static string Html(ReportLanguage language) => HtmlReport.Render(SampleReport.Create(), language);
    }

    [Theory]
    [InlineData(ReportLanguage.English, "left out of training", "733 of 1,009 utterances (72.6%), 37.5% of the audio")]
    [InlineData(ReportLanguage.Chinese, "未参与训练", "733 条语音（1,009 条的 72.6%），占音频的 37.5%")]
    public void What_is_left_out_of_training_is_a_line_of_its_own(ReportLanguage language, string name, string figure)
    {
        var row = Parse(HtmlReport.Render(SampleReport.Create(), language)).Descendants("tr")
            .Single(r => r.Elements().First().Value == name);
        Assert.Equal([name, figure, "–"], row.Elements().Select(e => e.Value));
        using var text = new StringWriter();
        ConsoleReport.Write(SampleReport.Create(), language, text);
        Assert.Contains($"{name}{(language == ReportLanguage.Chinese ? "：" : ": ")}{figure}", text.ToString(), StringComparison.Ordinal);
    }

    /// <summary>96 clusters that occur beside 100 are no difference: those that were asked for are.</summary>
    [Fact]
    public void A_comparison_says_how_many_clusters_were_asked_for()
    {
        var sample = SampleReport.Create();
        var labels = sample.Quality[0] with { Clusters = 96, AskedClusters = 100, LabelRate = 50, IsLabelSet = true, Split = "train" };
        var layer = sample.Quality[1] with { Clusters = 99, AskedClusters = 100, LabelRate = 50, IsLabelSet = false, Split = "valid" };
        var english = Render(ReportLanguage.English);
        Assert.Contains("96 of 100", english);
        Assert.Contains("all with the same number of clusters, 100;", english);
        Assert.Contains("聚类数均相同（100）", Render(ReportLanguage.Chinese));

        string Render(ReportLanguage language) => Parse(HtmlReport.Render(sample with { Quality = [labels, layer] }, language)).Root!.Value;
    }

    [Fact]
    public void A_report_of_almost_nothing_renders()
    {
        var sample = SampleReport.Create();
        var report = sample with
        {
            Quality = [],
            Probe = [],
            Iterations =
            [
                sample.Iterations[0] with
                {
                    Curve = [new(1, double.NaN, null, null, null, null, false)],
                    Histogram = [],
                    ValidLossBits = null,
                    AudioSecondsPerSecond = null,
                },
            ],
        };
        Assert.NotNull(Parse(HtmlReport.Render(report, ReportLanguage.English)).Root);
    }

    [Theory]
    [InlineData(0, 600, 6, new[] { 0.0, 100, 200, 300, 400, 500, 600 })]
    [InlineData(4.6, 6.9, 5, new[] { 5, 5.5, 6, 6.5 })]
    [InlineData(0, 0.2, 5, new[] { 0, 0.05, 0.1, 0.15, 0.2 })]
    public void Axes_are_marked_at_round_values(double low, double high, int count, double[] expected) =>
        Assert.Equal(expected, SvgChart.Ticks(low, high, count).Select(t => Math.Round(t, 9)));

    private static XDocument Parse(string html) => XDocument.Parse(html["<!DOCTYPE html>".Length..]);
}
