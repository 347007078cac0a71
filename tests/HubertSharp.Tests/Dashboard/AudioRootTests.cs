using System.Net;
using System.Text.Json;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Dashboard;

/// <summary>A manifest may name audio below the dashboard's folder and the folders of --audio-root, wherever links lead.</summary>
[Collection("dashboard")]
public sealed class AudioRootTests : IDisposable
{
    private readonly SampleRuns _runs = new();

    public AudioRootTests()
    {
        _runs.AddRun("run");
        _runs.AddCorpus();
        _runs.AddPredictions("run", 400, (1, "b.wav", 0, 16000));
    }

    [Fact]
    public async Task Without_a_root_nothing_outside_is_played_and_the_page_says_why()
    {
        var (audio, prediction, page) = await AskAsync();
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (audio, prediction));
        Assert.Equal(_runs.At("corpus", "audio"), page.GetProperty("refused").GetString());
        Assert.Equal(3, page.GetProperty("total").GetInt32()); // labels and names are shown all the same
    }

    [Theory]
    [InlineData("corpus")]
    [InlineData("corpus/audio")]
    [InlineData("corpus/audio/")]
    [InlineData("corpus/../corpus/audio/zh/..")]
    [InlineData(".")]
    [InlineData("link")]
    [InlineData("other,corpus")]
    public async Task Below_a_named_root_it_is(string roots)
    {
        Directory.CreateDirectory(_runs.At("other"));
        Directory.CreateSymbolicLink(_runs.At("link"), _runs.At("corpus"));
        var (audio, prediction, page) = await AskAsync([.. roots.Split(',').Select(r => _runs.At(r))]);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (audio, prediction));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("refused").ValueKind);
    }

    [Theory]
    [InlineData("corpus/aud")] // a folder whose name only begins alike
    [InlineData("other")]
    public async Task Beside_a_named_root_it_is_not(string root)
    {
        Directory.CreateDirectory(_runs.At(root));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync([_runs.At(root)])).Audio);
    }

    [Theory]
    [InlineData("runs/way")] // a link below the dashboard's folder
    [InlineData("runs/run/../../corpus/audio")]
    [InlineData("allowed/way")]
    [InlineData("allowed/../corpus/audio")]
    public async Task No_link_and_no_climb_leads_out_of_a_root(string manifestRoot)
    {
        Directory.CreateDirectory(_runs.At("allowed"));
        Directory.CreateSymbolicLink(_runs.At("runs", "way"), _runs.At("corpus", "audio"));
        Directory.CreateSymbolicLink(_runs.At("allowed", "way"), _runs.At("corpus", "audio"));
        Rewrite(_runs.At(manifestRoot));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync([_runs.At("allowed")])).Audio);
    }

    [Fact]
    public async Task Below_the_dashboards_own_folder_audio_needs_no_root()
    {
        Directory.Move(_runs.At("corpus", "audio"), _runs.At("runs", "audio"));
        Rewrite(_runs.At("runs", "audio"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync()).Audio);
        Rewrite(_runs.At("runs")); // a root above is no matter, where the file lies is
        File.WriteAllText(Manifest, File.ReadAllText(Manifest).Replace("\nzh/a.wav", "\naudio/zh/a.wav"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync()).Audio);
    }

    [Fact]
    public async Task A_root_that_is_not_there_is_refused()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => _runs.StartAsync(audioRoots: [_runs.At("nowhere")]));
        Assert.Equal($"{_runs.At("nowhere")}: no such folder; check --audio-root", error.Message);
    }

    public void Dispose() => _runs.Dispose();

    private string Manifest => _runs.At("corpus", "train.tsv");

    private void Rewrite(string root) =>
        File.WriteAllText(Manifest, $"{root}\n{string.Join('\n', File.ReadAllLines(Manifest).Skip(1))}\n");

    private async Task<(HttpStatusCode Audio, HttpStatusCode Prediction, JsonElement Page)> AskAsync(params string[] roots)
    {
        await using var server = await _runs.StartAsync(decodes: true, audioRoots: roots);
        using var http = new HttpClient { BaseAddress = server.Url };
        var api = $"api/runs/{DashboardServerTests.Id(Assert.Single(await DashboardServerTests.ListAsync(http)))}";
        using var page = JsonDocument.Parse(await http.GetStringAsync($"{api}/utterances"));
        using var audio = await http.GetAsync($"{api}/audio/train/0");
        using var prediction = await http.GetAsync($"{api}/predictions/0/audio");
        if (audio.StatusCode == HttpStatusCode.Forbidden)
            Assert.Contains("--audio-root", await audio.Content.ReadAsStringAsync());
        return (audio.StatusCode, prediction.StatusCode, page.RootElement.Clone());
    }
}
