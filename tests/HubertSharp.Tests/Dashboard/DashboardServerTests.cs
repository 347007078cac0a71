using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using HubertSharp.Dashboard;
using HubertSharp.Runs;
using HubertSharp.Tests.Dashboard.Board;

namespace HubertSharp.Tests.Dashboard;

[Collection("dashboard")]
public class DashboardServerTests
{
    [Fact]
    public async Task The_list_names_the_runs_with_their_last_figures_and_the_verdict_follows()
    {
        using var runs = new SampleRuns();
        runs.AddRun("first");
        runs.AddRun("deep/below/second", lines: 3);
        runs.Write("runs/new/config.yaml", "task:\n  data: x\n");
        runs.Write("runs/new/environment.json", "{}");
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var list = await ListAsync(http);
        Assert.Equal(["deep/below/second", "first", "new"], list.Select(r => r.GetProperty("name").GetString()));
        Assert.Equal([30, 600], list[..2].Select(r => r.GetProperty("update").GetInt64()));
        Assert.Equal(SampleRuns.Loss(600), list[1].GetProperty("loss").GetDouble(), 3);
        Assert.Equal(SampleRuns.Loss(600) + 0.1, list[1].GetProperty("validLoss").GetDouble(), 3);
        Assert.Equal(JsonValueKind.Null, list[2].GetProperty("loss").ValueKind); // has logged nothing yet
        var doctor = await JsonAsync(http, $"api/runs/{Id(list[1])}/doctor?lang=zh");
        Assert.Contains("比特", doctor.GetProperty("report").GetProperty("summary").GetString());
        Assert.Equal(100, doctor.GetProperty("histogram").GetArrayLength());
        Assert.NotEmpty(doctor.GetProperty("band").EnumerateArray());
        Assert.Equal(doctor.GetProperty("report").GetProperty("verdict").GetString(),
            (await ListAsync(http))[1].GetProperty("verdict").GetString());
        var details = await JsonAsync(http, $"api/runs/{Id(list[1])}");
        Assert.Equal("a processor", details.GetProperty("starts")[0].GetProperty("processor").GetString());
        Assert.Contains(details.GetProperty("config").EnumerateArray(),
            e => e[0].GetString() == "optimization.max_update" && e[1].GetString() == "600");
    }

    /// <summary>
    /// What lies in <c>reconstructions</c> is shown only as what it is: a page of ours without scripts, and its recordings.
    /// </summary>
    [Fact]
    public async Task A_tokenizers_page_and_recordings_are_served_and_nothing_else_of_its_folder()
    {
        using var runs = new SampleRuns();
        runs.AddRun("one");
        runs.AddRun("plain");
        runs.AddCorpus();
        runs.Write("runs/one/reconstructions/tokenizer.html",
            "<!DOCTYPE html>\n<html><head><title>Tokenizer · HubertSharp</title></head></html>");
        runs.Write("runs/one/reconstructions/tokenizer.zh.html",
            "<!DOCTYPE html>\n<html><head><title>of somebody else</title></head></html>");
        runs.Write("runs/one/reconstructions/tokenizer.json", "{}");
        runs.Write("runs/one/reconstructions/audio/text.flac", "no sound at all");
        File.Copy(runs.At("corpus", "audio", "b.wav"), runs.At("runs", "one", "reconstructions", "audio", "01-original.wav"));
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var list = await ListAsync(http);
        bool[] shown = await Task.WhenAll(list.Select(async run =>
            (await JsonAsync(http, $"api/runs/{Id(run)}")).GetProperty("hasReconstructions").GetBoolean()));
        Assert.Equal([true, false], shown);
        var place = $"api/runs/{Id(list[0])}/reconstructions/";
        using (var page = await http.GetAsync(new Uri(place + "tokenizer.html", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self';", policy,
                StringComparison.Ordinal);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        }
        using (var sound = await http.GetAsync(new Uri(place + "audio/01-original.wav", UriKind.Relative)))
            Assert.Equal("audio/wav", sound.Content.Headers.ContentType!.MediaType);
        foreach (var name in new[] { "tokenizer.zh.html", "tokenizer.json", "other.html", "audio/text.flac", "audio/02.flac" })
        {
            using var answer = await http.GetAsync(new Uri(place + name, UriKind.Relative));
            Assert.Equal((name, HttpStatusCode.NotFound), (name, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_folder_that_is_a_run_itself_is_shown_and_a_missing_one_is_refused()
    {
        using var runs = new SampleRuns();
        var folder = runs.AddRun("only");
        await using var server = await DashboardServer.StartAsync(new DashboardOptions { Root = folder, Port = 0 });
        using var http = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("only", Assert.Single(await ListAsync(http)).GetProperty("name").GetString());
        Assert.Contains("no such folder",
            (await Assert.ThrowsAsync<UserException>(
                () => DashboardServer.StartAsync(new DashboardOptions { Root = folder + "x" }))).Message);
        var taken = await Assert.ThrowsAsync<UserException>(
            () => DashboardServer.StartAsync(new DashboardOptions { Root = folder, Port = server.Url.Port }));
        Assert.Contains("cannot listen on 127.0.0.1", taken.Message);
    }

    [Fact]
    public async Task Curves_come_thinned_and_finer_where_asked()
    {
        using var runs = new SampleRuns();
        runs.AddRun("long", lines: 3000);
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var address = $"api/runs/{Id((await ListAsync(http))[0])}/curves?buckets=100";
        Assert.InRange(Xs(await JsonAsync(http, address)).Length, 100, 202);
        var part = Xs(await JsonAsync(http, address + "&from=1000&to=1500"));
        Assert.Equal(Enumerable.Range(100, 51).Select(i => 10.0 * i), part);
        var chosen = (await JsonAsync(http, address + "&column=gnorm&column=no_such_column")).GetProperty("train").EnumerateObject();
        Assert.Equal(["gnorm"], chosen.Select(c => c.Name));

        static double[] Xs(JsonElement curves) =>
            [.. curves.GetProperty("train").GetProperty("loss_m_0").GetProperty("x").EnumerateArray().Select(v => v.GetDouble())];
    }

    [Fact]
    public async Task An_appended_line_arrives_as_an_event_and_the_stream_ends_with_the_server()
    {
        using var runs = new SampleRuns();
        var folder = runs.AddRun("live");
        var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = Patience.Long };
        var id = Id((await ListAsync(http))[0]);
        using var response = await http.GetAsync($"api/events?run={id}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = await NextAsync(stream, "curves");
        Assert.False(first.GetProperty("isDelta").GetBoolean());
        Assert.Equal(60, first.GetProperty("train").GetProperty("loss_m_0").GetProperty("x").GetArrayLength());
        File.AppendAllText(Path.Combine(folder, "metrics.jsonl"), SampleRuns.Line(610, 3.125));
        var second = await NextAsync(stream, "curves");
        Assert.True(second.GetProperty("isDelta").GetBoolean());
        Assert.Equal("[610]", second.GetProperty("train").GetProperty("loss_m_0").GetProperty("x").GetRawText());
        Assert.Equal("[3.125]", second.GetProperty("train").GetProperty("loss_m_0").GetProperty("y").GetRawText());
        await server.DisposeAsync().AsTask().WaitAsync(Patience.Long);
        using var again = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => again.GetAsync(server.Url));
    }

    [Fact]
    public async Task Prometheus_can_read_the_latest_figures()
    {
        using var runs = new SampleRuns();
        runs.AddRun("one");
        runs.AddRun("with \"quotes\"", lines: 5);
        runs.Write("runs/tokenizer/metrics.jsonl", LatestFiguresTests.Tokenizer);
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var text = await http.GetStringAsync("metrics");
        foreach (var line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
            Assert.Matches("""^[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? -?[0-9.eE+-]+( [0-9]+)?$""", line);
        foreach (var name in Regex.Matches(text, """^([a-z_]+)\{""", RegexOptions.Multiline).Select(m => m.Groups[1].Value).Distinct())
        {
            Assert.Single(Regex.Matches(text, $"^# HELP {name} .+$", RegexOptions.Multiline));
            Assert.Single(Regex.Matches(text, $"^# TYPE {name} gauge$", RegexOptions.Multiline));
        }
        var loss = Regex.Match(text, """^hubert_masked_loss_bits\{.*run="one".*\} (\S+)""", RegexOptions.Multiline).Groups[1].Value;
        Assert.Equal(SampleRuns.Loss(600), double.Parse(loss, CultureInfo.InvariantCulture), 3);
        Assert.Contains("run=\"with \\\"quotes\\\"\"", text);
        Assert.Contains("hubert_updates{", text);
        (string Gauge, double Value)[] ofTokenizer =
        [
            ("hubert_mel_error", 1.4), ("hubert_valid_mel_error", 1.37), ("hubert_generator_loss", 187.9), ("hubert_commitment_loss", 0.02),
            ("hubert_distillation_loss", 0.5), ("hubert_adversarial_loss", 0.9), ("hubert_feature_matching_loss", 12.5),
            ("hubert_discriminator_loss", 2.1), ("hubert_discriminator_gradient_norm", 33), ("hubert_dead_codes_ratio", 0.25),
        ];
        foreach (var (gauge, value) in ofTokenizer)
        {
            var found = Assert.Single(Regex.Matches(text, $$"""^{{gauge}}\{.*\} (\S+)""", RegexOptions.Multiline)); // of no other run
            Assert.Contains("run=\"tokenizer\"", found.Value);
            Assert.Equal(value, double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture), 6);
        }
        Assert.Matches("""(?m)^hubert_codebook_perplexity\{.*quantiser="2".*\} 12( |$)""", text);
        Assert.DoesNotMatch("""(?m)^hubert_masked_loss_bits\{.*run="tokenizer""", text);
    }

    [Fact]
    public async Task Utterances_can_be_found_heard_in_parts_and_read_as_labels()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var api = $"api/runs/{Id((await ListAsync(http))[0])}";
        var page = await JsonAsync(http, $"{api}/utterances?search=A.WAV");
        Assert.Equal((3, 1), (page.GetProperty("total").GetInt32(), page.GetProperty("found").GetInt32()));
        var all = (await JsonAsync(http, $"{api}/utterances")).GetProperty("items");
        Assert.Equal([true, true, false], all.EnumerateArray().Select(u => u.GetProperty("isPlayable").GetBoolean()));
        var track = (await JsonAsync(http, $"{api}/utterances/train/1")).GetProperty("tracks")[0];
        Assert.Equal(99, track.GetProperty("frames").GetInt32());
        Assert.Equal("[1,10]", track.GetProperty("segments")[0].GetRawText());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api}/audio/train/0")
        {
            Headers = { Range = new RangeHeaderValue(8, 11) },
        };
        using var part = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("audio/wav", part.Content.Headers.ContentType!.MediaType);
        Assert.Equal("WAVE", await part.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{api}/audio/train/2")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{api}/audio/train/3")).StatusCode);
    }

    [Fact]
    public async Task Runs_that_are_damaged_say_so_and_leave_the_others_alone()
    {
        using var runs = new SampleRuns();
        runs.AddRun("good");
        runs.Write("runs/bad/metrics.jsonl", "\0\u0001binary\n{{{\n");
        runs.Write("runs/bad/config.yaml", "task: [");
        runs.Write("runs/bad/environment.json", "no json");
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var list = await ListAsync(http);
        var bad = $"api/runs/{Id(list[0])}";
        Assert.Equal("bad", list[0].GetProperty("name").GetString());
        Assert.NotEmpty((await JsonAsync(http, $"{bad}/doctor")).GetProperty("problem").GetString()!);
        Assert.Equal(2, (await JsonAsync(http, bad)).GetProperty("problems").GetArrayLength());
        Assert.Equal(2, (await JsonAsync(http, $"{bad}/curves")).GetProperty("unreadableLines").GetInt32());
        Assert.Contains("config.yaml", (await JsonAsync(http, $"{bad}/utterances")).GetProperty("problem").GetString());
        Assert.Contains("hubert_updates{", await http.GetStringAsync("metrics"));
    }

    internal static async Task<List<JsonElement>> ListAsync(HttpClient http) =>
        [.. (await JsonAsync(http, "api/runs")).GetProperty("runs").EnumerateArray()];

    internal static string Id(JsonElement run) => run.GetProperty("id").GetString()!;

    private static async Task<JsonElement> JsonAsync(HttpClient http, string address)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync(address));
        return json.RootElement.Clone();
    }

    private static async Task<JsonElement> NextAsync(StreamReader stream, string name)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            if (line != $"event: {name}")
                continue;
            using var json = JsonDocument.Parse((await stream.ReadLineAsync())!["data: ".Length..]);
            return json.RootElement.Clone();
        }
        throw new EndOfStreamException();
    }
}
