using System.Text.RegularExpressions;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Dashboard;

/// <summary>The dashboard and the report call a thing by the same word, in both languages.</summary>
public partial class WordTests
{
    private static readonly Dictionary<string, (string English, string Chinese)> Page = PageWords();

    [Fact]
    public void The_page_and_the_report_use_the_same_words()
    {
        (string Key, Func<ReportTexts, string> Report)[] words =
        [
            ("isNormal", t => t.LossNormal), ("lossBits", t => t.MaskedLossBits), ("bits", t => t.Bits),
            ("chance", t => t.Chance), ("unigram", t => t.LabelEntropy),
            ("accuracy", t => t.MaskedAccuracy), ("accuracyTitle", t => t.Accuracy), ("whole", t => t.WholeLoss),
            ("penalty", t => t.Penalty), ("gnorm", t => t.GradientNorm), ("lr", t => t.LearningRate),
            ("scale", t => t.LossScale), ("updates", t => t.Updates), ("update", t => t.Update), ("clusters", t => t.Clusters),
            ("curves", t => t.Curves), ("configuration", t => t.Configuration),
            ("environment", t => t.Environment), ("split", t => t.Split), ("otherLanguage", t => t.Other),
            .. Enum.GetValues<FindingLevel>().Select(l => ($"{l}".ToLowerInvariant(), (Func<ReportTexts, string>)(t => t.LevelName(l)))),
            .. Enum.GetValues<FindingConfidence>()
                .Select(c => ($"{c}".ToLowerInvariant(), (Func<ReportTexts, string>)(t => t.ConfidenceName(c)))),
            .. new[] { "normal", "too_early", "watch", "broken" }.Select(s => (s, (Func<ReportTexts, string>)(t => t.Status(s)))),
        ];
        foreach (var (key, report) in words)
            Assert.Equal((key, report(new ReportTexts(ReportLanguage.English)), report(new ReportTexts(ReportLanguage.Chinese))),
                (key, Page[key].English, Page[key].Chinese));
    }

    [Fact]
    public void Every_word_that_the_page_asks_for_is_there()
    {
        var assembly = typeof(HubertSharp.Dashboard.DashboardServer).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".js", StringComparison.Ordinal) && !n.Contains("uPlot")).ToList();
        Assert.True(scripts.Count >= 8);
        var texts = Read("web/texts.js");
        foreach (var key in scripts.SelectMany(s => AskedFor().Matches(Read(s)).Select(m => m.Groups[1].Value)).Distinct())
            Assert.Matches($@"[ {{]{key}: \[", texts);
    }

    private static Dictionary<string, (string, string)> PageWords() =>
        Pair().Matches(Read("web/texts.js")).ToDictionary(m => m.Groups[1].Value, m => (m.Groups[2].Value, m.Groups[3].Value));

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(HubertSharp.Dashboard.DashboardServer).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(\w+): \['([^']*)', '([^']*)'\]")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\bt\('(\w+)'")]
    private static partial Regex AskedFor();
}
