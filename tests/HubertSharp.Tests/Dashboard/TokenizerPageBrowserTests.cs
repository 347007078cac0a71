using HubertSharp.Audio;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports.Tokenizers;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Reports.Tokenizers;
using Microsoft.Playwright;

namespace HubertSharp.Tests.Dashboard;

/// <summary>A tokenizer's page in Debian's chromium, opened as a file: spectrograms are drawn and recordings play.</summary>
[Collection("dashboard"), Trait("Part", "e2e")]
public sealed class TokenizerPageBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Recordings_play_beside_their_spectrograms_in_both_languages()
    {
        foreach (var sound in SampleTokenizer.Examples.SelectMany(example => example.Sounds))
        {
            AudioFile.Write(_folder.At(sound.File), SpeechTokenizer.TokenizerFixtures.Samples(8000 * (1 + sound.Quantizers)), 16000);
        }
        var (english, chinese) = (_folder.At(TokenizerReport.PageName), _folder.At(TokenizerReport.ChinesePageName));
        File.WriteAllText(english, TokenizerPage.Render(SampleTokenizer.Report, SampleTokenizer.Examples, ReportLanguage.English,
            TokenizerReport.ChinesePageName));
        File.WriteAllText(chinese, TokenizerPage.Render(SampleTokenizer.Report, SampleTokenizer.Examples, ReportLanguage.Chinese,
            TokenizerReport.PageName));
        await using var context = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1200, Height = 900 } });
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.RequestFailed += (_, request) =>
        {
            if (request.Failure?.Contains("ABORTED", StringComparison.Ordinal) != true) // a player that has heard enough hangs up
                complaints.Add($"{request.Url}: {request.Failure}");
        };
        await page.GotoAsync(new Uri(english).AbsoluteUri);
        var second = page.Locator("figure", new() { HasText = "4 quantisers, 2 kbit/s" }).First;
        Assert.Equal(40, await second.Locator("img").EvaluateAsync<int>("i => i.naturalWidth"));
        Assert.True(await second.Locator("img").EvaluateAsync<int>("i => i.clientHeight") >= 100);
        var seconds = second.Locator("audio").EvaluateAsync<double>("""
            a => new Promise((done, failed) => { a.onerror = () => failed(a.error.message); a.oncanplaythrough = () => done(a.duration);
              a.load(); })
            """);
        Assert.Equal(2.5, await seconds.WaitAsync(Patience.Long), 2);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.GetByRole(AriaRole.Link, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "试听" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh");
        Assert.Empty(complaints);
    }

    /// <summary>From a run of the dashboard to the page, which plays there too and may run no script.</summary>
    [Fact]
    public async Task The_dashboard_leads_to_what_a_tokenizer_makes_of_recordings()
    {
        using var runs = new SampleRuns();
        var folder = Path.Combine(runs.AddRun("tokenizer"), RunFolder.ReconstructionsName);
        foreach (var sound in SampleTokenizer.Examples.SelectMany(example => example.Sounds))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, sound.File))!);
            AudioFile.Write(
                Path.Combine(folder, sound.File), SpeechTokenizer.TokenizerFixtures.Samples(8000 * (1 + sound.Quantizers)), 16000);
        }
        foreach (var (name, other, language) in new[]
        {
            (TokenizerReport.PageName, TokenizerReport.ChinesePageName, ReportLanguage.English),
            (TokenizerReport.ChinesePageName, TokenizerReport.PageName, ReportLanguage.Chinese),
        })
        {
            File.WriteAllText(Path.Combine(folder, name),
                TokenizerPage.Render(SampleTokenizer.Report, SampleTokenizer.Examples, language, other)
                    .Replace("<main>", "<main><script>document.title = 'planted';</script>", StringComparison.Ordinal));
        }
        await using var server = await runs.StartAsync();
        await using var context = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1200, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url.AbsoluteUri);
        await page.GetByRole(AriaRole.Link, new() { Name = "tokenizer", Exact = true }).ClickAsync();
        var opened = await context.RunAndWaitForPageAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Listen to recordings beside what this tokenizer makes of them" }).ClickAsync());
        await Assertions.Expect(opened.GetByRole(AriaRole.Heading, new() { Name = "Listen", Exact = true })).ToBeVisibleAsync();
        var second = opened.Locator("figure", new() { HasText = "4 quantisers, 2 kbit/s" }).First;
        Assert.Equal(40, await second.Locator("img").EvaluateAsync<int>("i => i.naturalWidth"));
        var seconds = second.Locator("audio").EvaluateAsync<double>("""
            a => new Promise((done, failed) => { a.onerror = () => failed(a.error.message); a.oncanplaythrough = () => done(a.duration);
              a.load(); })
            """);
        Assert.Equal(2.5, await seconds.WaitAsync(Patience.Long), 2);
        Assert.NotEqual("planted", await opened.TitleAsync());
        await opened.GetByRole(AriaRole.Link, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(opened.GetByRole(AriaRole.Heading, new() { Name = "试听" })).ToBeVisibleAsync();
    }

    public void Dispose() => _folder.Dispose();
}
