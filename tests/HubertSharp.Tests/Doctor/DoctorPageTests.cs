using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Reports;

namespace HubertSharp.Tests.Doctor;

public class DoctorPageTests
{
    private static readonly DateTime At = new(2026, 3, 4, 5, 6, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Chinese)]
    public void The_page_is_one_well_formed_file_that_loads_nothing(ReportLanguage language)
    {
        var page = Page(language, out var report);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.Empty(page.Descendants("img"));
        Assert.All(page.Descendants().Attributes().Where(a => a.Name.LocalName is "href" or "src"),
            a => Assert.StartsWith("https://", a.Value, StringComparison.Ordinal));
        Assert.Equal(report.Findings.OrderByDescending(f => f.NeedsAction).Select(f => f.Code),
            page.Descendants("code").Select(c => c.Value));
        Assert.Equal(report.Findings.Where(f => !f.NeedsAction).Select(f => f.Code),
            page.Descendants("details").First().Descendants("code").Select(c => c.Value));
        Assert.Contains(page.Descendants("polygon"), p => p.Attribute("class")!.Value == "band");
        Assert.True(page.Descendants("svg").Count() >= 5);
        Assert.Equal(language == ReportLanguage.Chinese, page.Descendants("h2").All(h => h.Value.Any(c => c > 0x4e00)));
    }

    [Fact]
    public void Both_languages_show_the_same_figures()
    {
        Assert.Equal(Numbers(ReportLanguage.English), Numbers(ReportLanguage.Chinese));

        static string[] Numbers(ReportLanguage language) =>
            [.. Page(language, out _).Descendants("td").Select(t => Regex.Match(t.Value, @"^[\d.,]+").Value).Where(n => n.Length > 0)];
    }

    /// <summary>Each figure says what it is a mean of; what is never trained on stands among them.</summary>
    [Fact]
    public void Figures_say_their_window()
    {
        var run = Baseline with { Context = Baseline.Context with { Data = SampleReport.LeftOut } };
        var names = XDocument.Parse(Html(run, ReportLanguage.English)["<!DOCTYPE html>\n".Length..]).Descendants("tr")
            .Select(row => row.Elements().First().Value).ToList();
        Assert.Contains("left out of training", names);
        Assert.Contains("masked accuracy, train, mean of the last 5% of updates", names);
        Assert.Contains("unmasked accuracy, mean of the last 5% of updates", names);
        Assert.Contains("gradient norm, median of the last 10% of updates", names);
    }

    [Fact]
    public void Words_of_the_log_are_text()
    {
        using var folder = new TemporaryFolder();
        var line = "{\"tag\":\"train_inner\",\"num_updates\":10,\"loss\":9.6,\"loss_m_0\":6.7,\"loss_m_0_<b>\":6.1,\"loss_m_0_zh\":6.2}\n"
            + "RuntimeError: <script>alert(1)</script>\n";
        var path = folder.Write("<i>&.log", line);
        var run = DoctorInput.Read(path);
        var page = XDocument.Parse(Html(run, ReportLanguage.English)["<!DOCTYPE html>\n".Length..]);
        Assert.Empty(page.Descendants("script"));
        Assert.Equal("<i>&.log", page.Descendants("h1").Single().Value);
        Assert.Contains("<script>alert(1)</script>", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_of_the_pipeline_are_found_and_shown()
    {
        using var folder = new TemporaryFolder();
        var sample = SampleReport.Create();
        folder.Write("demo/iteration1/metrics.jsonl", "");
        Directory.CreateDirectory(folder.At("demo", "quality"));
        Directory.CreateDirectory(folder.At("demo", "probe"));
        ReportJson.Write(folder.At("demo", "quality", "quality.json"), sample.Quality);
        ReportJson.Write(folder.At("demo", "probe", "probe.json"), sample.Probe);
        ReportJson.Write(folder.At("report.json"), sample);
        foreach (var found in new[] { Downstream.Beside(folder.At("demo", "iteration1"))!, Downstream.Read(folder.At("report.json")) })
        {
            Assert.Equal((4, 3), (found.Quality.Count, found.Probe.Count));
            var html = DoctorPage.Render(Baseline, LossDoctor.Examine(Baseline), found, ReportLanguage.English, At);
            Assert.Contains("40.0% – 46.0%", html, StringComparison.Ordinal);
            Assert.Contains("0.289", html, StringComparison.Ordinal);
        }
        Assert.Equal((4, 0), (Downstream.Read(folder.At("demo", "quality", "quality.json")).Quality.Count,
            Downstream.Read(folder.At("demo", "quality", "quality.json")).Probe.Count));
        Assert.Null(Downstream.Beside(folder.FullName));
        Assert.Contains("no measurements in it", Assert.Throws<UserException>(() => Downstream.Read(folder.Write("x.json", "{}"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Part", "e2e")]
    public void The_command_writes_page_and_pictures_and_prints_stable_json()
    {
        using var folder = new TemporaryFolder();
        var example = Path.Combine(Fixtures.RepositoryRoot(), "docs", "examples", "iteration2.csv");
        var result = HubertProcess.Run(
            "doctor", example, "--json", "--html", folder.At("report.html"), "--png", folder.At("png"), "--lang", "zh");
        Assert.Equal(0, result.ExitCode);
        using var json = JsonDocument.Parse(result.Output);
        var root = json.RootElement;
        Assert.Equal(("normal", "bits", 504, 500), (root.GetProperty("verdict").GetString(), root.GetProperty("unit").GetString(),
            root.GetProperty("classes").GetInt32(), root.GetProperty("clusters").GetInt32()));
        Assert.Equal((8.977, 4.0, 0.554), (Math.Round(root.GetProperty("chanceBits").GetDouble(), 3),
            root.GetProperty("finalLossBits").GetDouble(), Math.Round(root.GetProperty("bitsExplained").GetDouble(), 3)));
        Assert.Contains(root.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("code").GetString() == "reference" && f.GetProperty("confidence").GetString() == "possible");
        Assert.Contains("损失正常吗", File.ReadAllText(folder.At("report.html")), StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder.At("png", "loss.png"))[..4]);
        Assert.Equal(1, HubertProcess.Run("doctor", example, example, "--png", folder.At("png")).ExitCode);
    }

    private static DoctorCase Baseline => DoctorInput.Read(Path.Combine(Fixtures.RepositoryRoot(), "tests", "HubertSharp.Tests", "Doctor",
        "fairseq_iteration1.jsonl"), new DoctorOptions { Clusters = 100 });

    private static string Html(DoctorCase run, ReportLanguage language) =>
        DoctorPage.Render(run, LossDoctor.Examine(run, language), null, language, At);

    private static XDocument Page(ReportLanguage language, out LossReport report)
    {
        var run = Baseline;
        report = LossDoctor.Examine(run, language);
        return XDocument.Parse(Html(run, language)["<!DOCTYPE html>\n".Length..]);
    }
}
