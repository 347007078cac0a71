using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace HubertSharp.Tests.Dashboard.Listening;

[Collection("dashboard")]
public class PredictionTests
{
    [Fact]
    public async Task What_the_model_heard_is_played_as_it_was_cropped()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        runs.AddPredictions("run", 400, (1, "b.wav", 4000, 8000));
        await using var server = await runs.StartAsync(decodes: true);
        using var http = new HttpClient { BaseAddress = server.Url };
        var run = (await DashboardServerTests.ListAsync(http))[0];
        Assert.Equal(JsonValueKind.String, run.GetProperty("predictedAt").ValueKind);
        var api = $"api/runs/{DashboardServerTests.Id(run)}/predictions";
        using var json = JsonDocument.Parse(await http.GetStringAsync(api));
        var item = json.RootElement.GetProperty("items")[0];
        Assert.Equal((400, 0.02),
            (json.RootElement.GetProperty("update").GetInt64(), json.RootElement.GetProperty("frameSeconds").GetDouble()));
        Assert.Equal((true, "en", 0.25, 0.5), (item.GetProperty("hasAudio").GetBoolean(), item.GetProperty("language").GetString(),
            item.GetProperty("startSeconds").GetDouble(), item.GetProperty("seconds").GetDouble()));

        var wav = await http.GetByteArrayAsync($"{api}/0/audio");
        File.WriteAllBytes(runs.At("crop.wav"), wav);
        var whole = HubertSharp.Audio.AudioFile.Read(runs.At("corpus", "audio", "b.wav"));
        var crop = HubertSharp.Audio.AudioFile.Read(runs.At("crop.wav"));
        Assert.Equal(8000, crop.Length);
        for (var i = 0; i < crop.Length; i++)
            Assert.Equal(whole[4000 + i], crop[i], 1f / 32768);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api}/0/audio") { Headers = { Range = new RangeHeaderValue(8, 11) } };
        using var part = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.PartialContent, "WAVE"), (part.StatusCode, await part.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Nothing_is_played_that_the_manifest_does_not_name_there()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus("../outside.wav", "link.wav", "text.mp4", "missing.wav");
        File.Copy(runs.At("corpus", "audio", "b.wav"), runs.At("corpus", "outside.wav"));
        File.Copy(runs.At("corpus", "audio", "b.wav"), runs.At("corpus", "audio", "unlisted.wav"));
        File.CreateSymbolicLink(runs.At("corpus", "audio", "link.wav"), runs.At("corpus", "outside.wav"));
        runs.Write("corpus/audio/text.mp4", "no audio at all");
        (int, string, long, long)[] refused =
        [
            // not what line 1 says
            (1, "unlisted.wav", 0, 16000), (1, "zh/a.wav", 0, 16000), (1, "../outside.wav", 0, 16000),
            (1, runs.At("corpus", "outside.wav"), 0, 16000),
            // listed, and outside, a link, not there
            (3, "../outside.wav", 0, 16000), (4, "link.wav", 0, 16000), (6, "missing.wav", 0, 16000),
            // no such line or part
            (99, "b.wav", 0, 16000), (1, "b.wav", 1, 16000), (1, "b.wav", long.MaxValue, 16000), (1, "b.wav", 0, long.MaxValue),
        ];
        runs.AddPredictions("run", 400, [.. refused, (5, "text.mp4", 0, 16000), (1, "b.wav", 0, 16000)]);
        await using var server = await runs.StartAsync(decodes: true);
        using var http = new HttpClient { BaseAddress = server.Url };
        var api = $"api/runs/{DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0])}/predictions";
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{api}/{refused.Length + 1}/audio")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await http.GetAsync($"{api}/{refused.Length}/audio")).StatusCode);
        foreach (var index in Enumerable.Range(0, refused.Length).Concat([-1, 12345]))
            Assert.True((await http.GetAsync($"{api}/{index}/audio")).StatusCode == HttpStatusCode.NotFound, $"utterance {index}");
    }

    [Fact]
    public async Task A_run_without_predictions_or_with_damaged_ones_says_so()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        await using var server = await runs.StartAsync(decodes: true);
        using var http = new HttpClient { BaseAddress = server.Url };
        var run = (await DashboardServerTests.ListAsync(http))[0];
        var api = $"api/runs/{DashboardServerTests.Id(run)}/predictions";
        Assert.Equal(JsonValueKind.Null, run.GetProperty("predictedAt").ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(api)).StatusCode);
        runs.Write("runs/run/samples/valid.json", "{");
        using var damaged = await http.GetAsync(api);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, damaged.StatusCode);
        Assert.Contains("not the predictions that a run writes", await damaged.Content.ReadAsStringAsync());
        // the manifest is gone, the predictions are not
        runs.AddPredictions("run", 400, (1, "b.wav", 0, 16000));
        using var json = JsonDocument.Parse(await http.GetStringAsync(api));
        Assert.False(json.RootElement.GetProperty("items")[0].GetProperty("hasAudio").GetBoolean());
        Assert.Contains("train.tsv", json.RootElement.GetProperty("problem").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{api}/0/audio")).StatusCode);
        // a link is no file of the run
        File.Move(runs.At("runs", "run", "samples", "valid.json"), runs.At("elsewhere.json"));
        File.CreateSymbolicLink(runs.At("runs", "run", "samples", "valid.json"), runs.At("elsewhere.json"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(api)).StatusCode);
    }

    [Fact]
    public async Task What_browsers_do_not_play_is_decoded_for_them_when_it_is_short()
    {
        using var runs = new SampleRuns();
        runs.AddRun("run");
        runs.AddCorpus();
        File.WriteAllBytes(runs.At("corpus", "audio", "c.g722"), new byte[8000]); // a second of it
        File.WriteAllText(runs.At("corpus", "train.tsv"), File.ReadAllText(runs.At("corpus", "train.tsv")) + "long.g722\t9600001\n");
        await using var server = await runs.StartAsync(decodes: true);
        using var http = new HttpClient { BaseAddress = server.Url };
        var api = $"api/runs/{DashboardServerTests.Id((await DashboardServerTests.ListAsync(http))[0])}";
        using var json = JsonDocument.Parse(await http.GetStringAsync($"{api}/utterances"));
        Assert.Equal([true, true, true, false],
            json.RootElement.GetProperty("items").EnumerateArray().Select(u => u.GetProperty("isPlayable").GetBoolean()));
        var wav = await http.GetByteArrayAsync($"{api}/audio/train/2");
        Assert.Equal(44 + (2 * 16000), wav.Length);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{api}/audio/train/3")).StatusCode);
    }
}
