using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HubertSharp.Tests.Dashboard;

[Collection("dashboard")]
public class DashboardSecurityTests
{
    private const string Secret = "a secret outside the folder";

    [Fact]
    public async Task No_address_leads_out_of_the_folder()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        var secret = runs.Write("secret.txt", Secret);
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var id = DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0]);
        string[] ways =
        [
            "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "..%5csecret.txt", "..\\secret.txt",
            "....//secret.txt", "%252e%252e%252fsecret.txt", "..%c0%afsecret.txt", "%00secret.txt", secret, $"/{secret}",
            secret.Replace("/", "%2f"),
        ];
        string[] places =
        [
            "/", "/assets/", "/api/runs/", $"/api/runs/{id}/", $"/api/runs/{id}/audio/", $"/api/runs/{id}/audio/train/",
            $"/api/runs/{id}/utterances/", $"/api/runs/{id}/audio/../../../../",
        ];
        foreach (var target in places.SelectMany(p => ways.Select(w => p + w)))
        {
            var answer = await AskAsync(server.Url, target);
            Assert.Matches("^HTTP/1.1 4(00|04|22) ", answer);
            Assert.DoesNotContain(Secret, answer);
        }
    }

    [Fact]
    public async Task Only_our_own_host_names_and_only_reading_are_answered()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        await using var server = await runs.StartAsync();
        foreach (var host in new[] { "localhost", "127.0.0.1:80", "[::1]", "LOCALHOST:1234" })
            Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(server.Url, "/api/runs", host));
        foreach (var host in new[] { "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.1", "" })
            Assert.Matches("^HTTP/1.1 4(00|21) ", await AskAsync(server.Url, "/api/runs", host));
        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS" })
            Assert.StartsWith("HTTP/1.1 405 ", await AskAsync(server.Url, "/api/runs", method: method));
        await using var named = await runs.StartAsync("127.0.0.2");
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(named.Url, "/api/runs", "127.0.0.2"));
        Assert.StartsWith("HTTP/1.1 421 ", await AskAsync(named.Url, "/api/runs", "evil.example"));
    }

    [Fact]
    public async Task The_page_may_load_nothing_from_elsewhere()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        await using var server = await runs.StartAsync();
        foreach (var target in new[] { "/", "/assets/app.js", "/api/runs", "/nothing" })
        {
            var answer = await AskAsync(server.Url, target);
            Assert.Contains("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';", answer);
            Assert.DoesNotContain("unsafe", answer.Split("\r\n\r\n")[0]);
            Assert.Contains("X-Content-Type-Options: nosniff", answer);
        }
    }

    [Fact]
    public async Task Links_are_not_followed_and_only_audio_is_played()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus("../outside.wav", "/outside.wav", "zh/../../outside.wav", "link.wav", "folder/outside.wav", "text.wav",
            "missing.wav", "zh", "zh/./a.wav");
        File.Copy(runs.At("corpus", "audio", "b.wav"), runs.At("corpus", "outside.wav"));
        File.CreateSymbolicLink(runs.At("corpus", "audio", "link.wav"), runs.At("corpus", "outside.wav"));
        Directory.CreateSymbolicLink(runs.At("corpus", "audio", "folder"), runs.At("corpus"));
        runs.Write("corpus/audio/text.wav", Secret);
        var elsewhere = runs.AddRun("../elsewhere");
        Directory.CreateSymbolicLink(runs.At("runs", "linked"), elsewhere);
        Directory.CreateDirectory(runs.At("runs", "halflinked"));
        File.CreateSymbolicLink(runs.At("runs", "halflinked", "metrics.jsonl"), Path.Combine(elsewhere, "metrics.jsonl"));
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var run = Assert.Single(await DashboardServerTests.ListAsync(http));
        var audio = $"api/runs/{DashboardServerTests.Id(run)}/audio/train";
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{audio}/0")).StatusCode);
        for (var index = 2; index <= 11; index++)
            Assert.True((await http.GetAsync($"{audio}/{index}")).StatusCode == HttpStatusCode.NotFound, $"utterance {index}");
    }

    [Fact]
    public async Task A_configuration_cannot_name_files_elsewhere()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.Write("secret.km", Secret);
        foreach (var (train, valid, labels) in new[]
        {
            ("../secret", "valid", "[km]"), ("train", "valid,../secret", "[km]"), ("train", "valid", "[km, ../../secret.km]"),
        })
        {
            runs.Write("runs/run/config.yaml",
                $"task:\n  data: {runs.At("corpus")}\n  labels: {labels}\n  label_rate: 100\nmodel:\n  label_rate: 100\ndataset:\n"
                + $"  train_subset: {train}\n  valid_subset: '{valid}'\n");
            await using var server = await runs.StartAsync();
            using var http = new HttpClient { BaseAddress = server.Url };
            var run = $"api/runs/{DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0])}";
            Assert.Matches("\\A{\"problem\":\"[^\"]*a plain file name[^\"]*\"}\\z", await http.GetStringAsync($"{run}/utterances"));
            foreach (var one in (string[])["utterances/train/0", "audio/train/0"])
                Assert.Equal(HttpStatusCode.UnprocessableEntity, (await http.GetAsync($"{run}/{one}")).StatusCode);
        }
    }

    [Fact]
    public async Task Labels_leave_as_numbers_only()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        runs.Write("corpus/train.km", $"{Secret}\n1 2 2 x 99999999999\n3\n");
        await using var server = await runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url };
        var utterances = $"api/runs/{DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0])}/utterances/train";
        Assert.DoesNotContain("secret", await http.GetStringAsync($"{utterances}/0"));
        Assert.Contains("[[1,1],[2,2],[-1,2]]", await http.GetStringAsync($"{utterances}/1"));
    }

    /// <summary>One request exactly as written: HTTP clients tidy addresses up.</summary>
    private static async Task<string> AskAsync(Uri server, string target, string host = "localhost", string method = "GET")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Parse(server.Host), server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(Patience.Long);
    }
}
