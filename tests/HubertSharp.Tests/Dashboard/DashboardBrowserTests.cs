using System.Collections.Concurrent;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Reports;
using Microsoft.Playwright;

namespace HubertSharp.Tests.Dashboard;

/// <summary>The page in Debian's chromium.</summary>
[Collection("dashboard"), Trait("Part", "e2e")]
public sealed class DashboardBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly List<IBrowserContext> _contexts = [];

    [Fact]
    public async Task A_run_is_shown_with_its_verdict_and_grows_while_one_looks()
    {
        using var runs = new SampleRuns();
        var folder = runs.AddRun("live");
        SampleReport.Create().Worth[0].Write(Path.Combine(folder, RunFolder.WorthName));
        runs.AddCorpus();
        await using var server = await runs.StartAsync();
        var page = await OpenAsync(server.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "live", Exact = true }).ClickAsync();
        var loss = page.Locator("figure", new() { HasText = "masked loss (bits)" }).First;
        await Expect(loss.Locator(".legend")).ToContainTextAsync("chance 6.70");
        await Expect(loss.Locator(".legend")).ToContainTextAsync("reference runs");
        await Expect(page.Locator(".verdict")).ToContainTextAsync("chance 6.70");
        await DrawnAsync(loss.Locator("canvas"));
        var worth = page.Locator("figure", new() { HasText = "PNMI" });
        await Expect(worth.Locator(".legend")).ToHaveTextAsync("Mandarin 0.310mfcc at 50 Hz (Mandarin) 0.281");
        await DrawnAsync(worth.Locator("canvas"));
        await loss.Locator(".u-over").HoverAsync(new() { Position = new() { X = 3, Y = 40 } }); // before the first validation
        await Expect(loss.Locator(".legend")).ToContainTextAsync("validation –");
        await page.Mouse.MoveAsync(0, 0);
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), SampleRuns.Line(610, 3.21));
        await Expect(loss.Locator(".legend")).ToContainTextAsync("3.21");
        await Expect(page.Locator(".tiles").First).ToContainTextAsync("3.210");
        await page.GetByRole(AriaRole.Button, new() { Name = "zh/a.wav" }).ClickAsync();
        var seconds = page.Locator("audio").EvaluateAsync<double>(
            "a => new Promise(r => a.duration > 0 ? r(a.duration) : a.addEventListener('loadedmetadata', () => r(a.duration)))");
        Assert.Equal(1, await seconds.WaitAsync(Patience.Long), 2);
        await Expect(page.GetByText("cluster labels: 99 frames at 100 Hz")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "c.g722" }).ClickAsync();
        await Expect(page.GetByText("Browsers do not play this format")).ToBeVisibleAsync();
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_token_comes_once_by_the_address_and_audio_elsewhere_is_explained()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        await using var server = await runs.StartAsync(token: "a-token-of-this-test", audioRoots: []);
        var page = await OpenAsync(new Uri(server.Url, "?token=a-token-of-this-test"));
        await page.GetByRole(AriaRole.Link, new() { Name = "run", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Start the dashboard with --audio-root")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "zh/a.wav" }).ClickAsync();
        await Expect(page.GetByText("cluster labels: 99 frames at 100 Hz")).ToBeVisibleAsync();
        await Expect(page.Locator("#live")).ToHaveTextAsync("live");
        await Expect(page.Locator("audio")).ToHaveCountAsync(0);
        Assert.DoesNotContain("token", page.Url);
        Assert.Equal("", await page.EvaluateAsync<string>("document.cookie")); // not for scripts
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Runs_are_compared_by_keyboard_and_in_Chinese()
    {
        using var runs = new SampleRuns();
        runs.AddRun("one");
        runs.AddRun("two", shift: 0.4);
        await using var server = await runs.StartAsync();
        var page = await OpenAsync(server.Url);
        await page.GetByLabel("Choose one for comparison").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByLabel("Choose two for comparison").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare 2 runs" }).PressAsync("Enter");
        var legend = page.Locator("figure .legend");
        await Expect(legend).ToContainTextAsync($"one {SampleRuns.Loss(600):0.00}");
        await Expect(legend).ToContainTextAsync($"two {SampleRuns.Loss(600) + 0.4:0.00}");
        await page.GetByLabel("figure").SelectOptionAsync("relative");
        await Expect(legend).ToContainTextAsync($"{100 * SampleRuns.Loss(600) / 6.700439718:0}%");
        await page.GetByLabel("figure").SelectOptionAsync("audio_s_per_s"); // another column has to come first
        await Expect(legend).ToContainTextAsync("two 31.5");
        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "对比" })).ToBeVisibleAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "对比" })).ToBeVisibleAsync(); // remembered
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task Predictions_are_heard_and_walked_through_by_keyboard_and_change_with_the_next_validation()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        runs.AddPredictions("run", 400, (0, "zh/a.wav", 0, 16000), (7, "not/in/the.wav", 0, 16000));
        await using var server = await runs.StartAsync(decodes: true);
        var page = await OpenAsync(server.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "run", Exact = true }).ClickAsync();
        var panel = page.Locator("#predictions");
        await Expect(panel).ToContainTextAsync("at update 400");
        await Expect(panel).ToContainTextAsync("3 of 4 masked frames right (75.0%)");
        var seconds = panel.Locator("audio").EvaluateAsync<double>(
            "a => new Promise(r => a.duration > 0 ? r(a.duration) : a.addEventListener('loadedmetadata', () => r(a.duration)))");
        Assert.Equal(1, await seconds.WaitAsync(Patience.Long), 2);
        var line = panel.Locator(".timeline");
        await line.PressAsync("PageDown");
        await Expect(panel.Locator(".now")).ToHaveTextAsync("0.08 s: true 0, predicted 7 (25.0%), wrong; the true one had 12.5%");
        await line.PressAsync("ArrowRight");
        await Expect(panel.Locator(".now")).ToHaveTextAsync("0.10 s: cluster 1, not masked");
        Assert.Equal(0.1, await panel.Locator("audio").EvaluateAsync<double>("a => a.currentTime"), 2);
        await panel.GetByText("Every masked span as a table").ClickAsync();
        await Expect(panel.Locator("tbody tr").First).ToHaveTextAsync("0.06–0.10 s0 ×20, 71 / 2");
        await line.PressAsync(" ");
        await Expect(panel.Locator(".now")).Not.ToHaveTextAsync("0.10 s: cluster 1, not masked"); // the line moves with the audio
        await panel.GetByRole(AriaRole.Button, new() { Name = "not/in/the.wav" }).ClickAsync();
        await Expect(panel.Locator("audio")).ToHaveCountAsync(0);
        await Expect(panel).ToContainTextAsync("No audio");
        runs.AddPredictions("run", 500, (0, "zh/a.wav", 0, 8000));
        await Expect(panel).ToContainTextAsync("at update 500");
        await Expect(page.Locator("#machine-now")).ToContainTextAsync("processors busy");
        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Expect(panel).ToContainTextAsync("4 个掩码帧中 3 个正确");
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_times_of_several_processes_are_drawn_the_slow_one_is_marked_and_they_grow_with_the_log()
    {
        using var runs = new SampleRuns();
        var folder = runs.AddRun("many");
        runs.AddRun("alone");
        runs.AddRanks("many", 10, 20);
        await using var server = await runs.StartAsync();
        var page = await OpenAsync(server.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "alone", Exact = true }).ClickAsync();
        await Expect(page.Locator(".tiles").First).ToContainTextAsync("600");
        await Expect(page.Locator("#ranks")).ToBeHiddenAsync();
        await page.GotoAsync(server.Url.ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "many", Exact = true }).ClickAsync();
        var panel = page.Locator("#ranks");
        await Expect(panel.Locator(".rank.slow")).ToHaveTextAsync("rank 1 node2slow1.25 s");
        await Expect(panel.Locator(".rank")).ToHaveCountAsync(2);
        await Expect(panel.GetByRole(AriaRole.Img, new() { Name = "rank 0" })).ToHaveAttributeAsync("aria-label",
            "rank 0: waits for data 0.010 s, forward 0.20 s, backward 0.40 s, sums and waits for the others 0.60 s, "
            + "optimizer and the rest 0.040 s, garbage collection 0.020 s");
        var (backward, forward) = (await WidthAsync(".rank-backward"), await WidthAsync(".rank-forward"));
        Assert.Equal(2, backward / forward, 1);
        await DrawnAsync(panel.Locator("canvas"));
        await Expect(panel.Locator("figure .legend").Last).ToContainTextAsync("rank 1 1.16");
        runs.AddRanks("many", 10, 20, 30);
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), SampleRuns.Line(610, 3.21));
        await Expect(panel).ToContainTextAsync("newest line (up to update 30)");
        await page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Expect(panel.Locator(".rank.slow")).ToHaveTextAsync("进程 1 node2偏慢1.25 s");
        Assert.Empty(_complaints);

        async Task<float> WidthAsync(string part) => (await panel.Locator($".rank {part}, .stack {part}").First.BoundingBoxAsync())!.Width;
    }

    [Fact]
    public async Task Names_from_files_are_text_and_never_markup()
    {
        const string Markup = "<img src=x onerror=document.title='taken'>";
        using var runs = new SampleRuns();
        runs.AddRun(Markup);
        runs.AddCorpus($"{Markup}.wav");
        runs.AddPredictions(Markup, 400, (3, $"{Markup}.wav", 0, 16000));
        runs.Write($"runs/{Markup}/{RunFolder.RankTimesName}", new RankTimesLine(1, null, [Markup], [default]).ToJson());
        await using var server = await runs.StartAsync(decodes: true);
        var page = await OpenAsync(server.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = Markup }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Markup, Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("#predictions h3")).ToHaveTextAsync($"{Markup}.wav");
        await Expect(page.Locator("#listen")).ToContainTextAsync(Markup);
        await Expect(page.Locator("#ranks .who")).ToContainTextAsync(Markup);
        await Expect(page.Locator("main img")).ToHaveCountAsync(0);
        await Assertions.Expect(page).ToHaveTitleAsync($"{Markup} · HubertSharp");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280, "en-US")]
    [InlineData(ColorScheme.Dark, 390, "en-US")]
    [InlineData(ColorScheme.Light, 390, "zh-CN")]
    [InlineData(ColorScheme.Dark, 1280, "zh-CN")]
    public async Task Axe_finds_nothing_at_level_AA(ColorScheme scheme, int width, string language)
    {
        using var runs = new SampleRuns();
        runs.AddRun("one");
        SampleReport.Create().Worth[0].Write(Path.Combine(runs.AddRun("two", shift: 1.9), RunFolder.WorthName));
        runs.AddCorpus();
        runs.AddPredictions("two", 600, (0, "zh/a.wav", 0, 16000));
        runs.AddRanks("two", 300, 600);
        runs.Write("runs/empty/metrics.jsonl", "nothing\n");
        await using var server = await runs.StartAsync(decodes: true);
        var page = await OpenAsync(server.Url, scheme, width, language);
        await Expect(page.Locator("tbody .badge.normal, tbody .badge.watch, tbody .badge.broken, tbody .badge.too_early"))
            .ToHaveCountAsync(2);
        await AssertAccessibleAsync(page, width);
        await page.GetByRole(AriaRole.Link, new() { Name = "two" }).ClickAsync();
        await page.Locator("#listen").GetByRole(AriaRole.Button, new() { Name = "zh/a.wav" }).ClickAsync();
        await Expect(page.Locator(".timeline canvas")).ToHaveCountAsync(2);
        await Expect(page.Locator("#machine-now .tiles")).ToBeVisibleAsync();
        await Expect(page.Locator("#ranks .rank.slow")).ToHaveCountAsync(1);
        await Expect(page.Locator(".findings li").First).ToBeVisibleAsync();
        foreach (var details in await page.Locator("summary").AllAsync())
            await details.ClickAsync();
        await AssertAccessibleAsync(page, width);
        await page.GotoAsync($"{server.Url}#/compare/{string.Join(',', await IdsAsync(server.Url))}");
        await Expect(page.Locator("figure .legend")).ToContainTextAsync("two");
        await AssertAccessibleAsync(page, width);
        Assert.Empty(_complaints);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.DisposeAsync();
    }

    private async Task<IPage> OpenAsync(Uri url, ColorScheme scheme = ColorScheme.Light, int width = 1280, string language = "en-US")
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            Locale = language,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience.LongMilliseconds);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal))
                _complaints.Enqueue($"asked for {request.Url}");
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        await page.GotoAsync(url.ToString());
        return page;
    }

    /// <summary>Something is on it.</summary>
    private static Task<bool> DrawnAsync(ILocator canvas) => canvas.EvaluateAsync<bool>("""
        c => new Promise(drawn => {
          const look = () => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)
            ? drawn(true) : requestAnimationFrame(look);
          look();
        })
        """).WaitAsync(Patience.Long);

    private static async Task AssertAccessibleAsync(IPage page, int width)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window")) // a page of the dashboard is the document of the one before
        {
            using var reader = new StreamReader(typeof(DashboardBrowserTests).Assembly.GetManifestResourceStream("axe.min.js")!);
            await page.EvaluateAsync($"() => {{ {await reader.ReadToEndAsync()} }}");
        }
        // of rules that hold it need not gather every element
        var found = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, {
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
            })).violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 200)}: ${n.failureSummary}`))
            """);
        Assert.Empty(found);
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, "the page scrolls sideways");
    }

    private static async Task<IEnumerable<string>> IdsAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        return (await DashboardServerTests.ListAsync(http)).Select(DashboardServerTests.Id);
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
