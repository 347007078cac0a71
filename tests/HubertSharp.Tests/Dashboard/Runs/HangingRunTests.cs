using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using HubertSharp.Dashboard.Board;
using HubertSharp.Dashboard.Curves;
using HubertSharp.Dashboard.Listening;
using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Dashboard.Runs;

/// <summary>One run whose files do not end, or do not even begin, stops neither the others nor the server.</summary>
[Collection("dashboard")]
public sealed class HangingRunTests : IDisposable
{
    private static readonly TimeSpan Soon = Patience.Long;
    private readonly SampleRuns _runs = new();

    [Theory]
    [InlineData("pipe", "a named pipe")]
    [InlineData("zero", "a device")]
    [InlineData("sparse", "a line is too long")]
    [InlineData("folder", "no such manifest")]
    public async Task A_manifest_that_is_no_file_is_named_and_the_others_are_heard(string kind, string said)
    {
        _runs.AddRun("good");
        _runs.AddCorpus();
        _runs.AddRun("hung");
        Directory.CreateDirectory(_runs.At("bad"));
        foreach (var file in new[] { "train.tsv", "valid.tsv", "train.km" })
            Put(_runs.At("bad", file), kind);
        var bad = _runs.At("bad");
        _runs.Write("runs/hung/config.yaml",
            $"task:\n  data: {bad}\n  label_dir: {bad}\n  labels: [km]\n  label_rate: 100\nmodel:\n  label_rate: 100\n");
        _runs.AddPredictions("hung", 400, (1, "b.wav", 0, 16000));
        File.Delete(_runs.At("runs", "hung", "labels.json"));
        await using var server = await _runs.StartAsync(decodes: true);
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = Soon };
        var list = await DashboardServerTests.ListAsync(http);
        var (good, hung) = (DashboardServerTests.Id(list[0]), DashboardServerTests.Id(list[1]));
        string[] parts = ["utterances", "utterances/train/0", "audio/train/0", "predictions", "predictions/0/audio", "doctor"];
        var asked = Enumerable.Range(0, 8).SelectMany(_ => parts).Select(part => http.GetAsync($"api/runs/{hung}/{part}")).ToList();
        using (var heard = JsonDocument.Parse(await http.GetStringAsync($"api/runs/{good}/utterances")))
            Assert.Equal(3, heard.RootElement.GetProperty("total").GetInt32());
        Assert.True((await http.GetAsync($"api/runs/{good}/audio/train/0")).IsSuccessStatusCode);
        var answers = await Task.WhenAll(asked).WaitAsync(Soon);
        Assert.Contains(said, await answers[0].Content.ReadAsStringAsync());
        Assert.Contains(said, await answers[3].Content.ReadAsStringAsync()); // and the predictions are shown without audio
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("zero")]
    [InlineData("sparse")]
    public async Task A_run_folder_of_such_files_is_shown_or_left_out_and_the_others_stay(string kind)
    {
        _runs.AddRun("good");
        _runs.AddRun("hung");
        foreach (var file in new[] { "config.yaml", "environment.json", "labels.json" })
            Put(_runs.At("runs", "hung", file), kind);
        _runs.AddRun("other");
        Put(_runs.At("runs", "other", "metrics.jsonl"), kind);
        Directory.CreateDirectory(_runs.At("runs", "other", "samples"));
        Put(_runs.At("runs", "other", "samples", "valid.json"), kind);
        await using var server = await _runs.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = Soon };
        foreach (var run in await DashboardServerTests.ListAsync(http))
        {
            foreach (var part in new[] { "", "/doctor", "/curves", "/utterances", "/predictions" })
                using (await http.GetAsync($"api/runs/{DashboardServerTests.Id(run)}{part}").WaitAsync(Soon))
                    Assert.NotNull(run.GetProperty("name").GetString());
        }
        Assert.Contains("run=\"good\"", await http.GetStringAsync("metrics"));
    }

    [Fact]
    public async Task A_compressed_log_without_end_holds_up_no_verdict_and_is_given_up()
    {
        var good = RunEntry.At(_runs.Root, _runs.AddRun("good"));
        var bomb = RunEntry.At(_runs.Root, _runs.AddRun("bomb"));
        WriteBomb(Path.Combine(bomb.Folder, "metrics.jsonl"));
        var clock = new SettableClock();
        using var doctor = new DoctorCache(clock, TimeSpan.FromSeconds(3));
        var slow = doctor.GetAsync(bomb, 1, CancellationToken.None);
        Patience.Until(() => clock.Waiting > 0, "the reading of the endless one");
        var first = doctor.GetAsync(good, 1, CancellationToken.None);
        clock.Running += TimeSpan.FromSeconds(2); // no quick one: it makes room for the other
        Assert.NotNull((await first.WaitAsync(Soon)).English);
        clock.RunUntil(() => slow.IsCompleted, "the end of the endless one");
        Assert.Contains("takes too long to read here (expected at most 3 s", (await slow).Problem);
        doctor.Freshen(bomb, 2); // and is left alone for a while
        Assert.NotNull((await doctor.GetAsync(bomb, 2, CancellationToken.None).WaitAsync(Soon)).Problem);
        Assert.Equal(1, doctor.Last(bomb)!.Version);
    }

    [Fact]
    public void A_log_of_any_length_is_read_in_parts()
    {
        var path = Path.Combine(_runs.AddRun("long", lines: 3), "metrics.jsonl");
        using (var file = File.OpenWrite(path))
            file.SetLength(1L << 40);
        var curves = new RunCurves(path, TimeProvider.System);
        var time = Stopwatch.StartNew();
        for (var look = 0; look < 3; look++)
            Assert.Equal(3, curves.Refresh().TrainRows);
        Assert.True(time.Elapsed < Soon);
        Assert.Null(LatestFigures.Read(path).Update); // the end holds no line
    }

    [Fact]
    public async Task A_file_that_hangs_keeps_nobody_from_another_and_is_given_up()
    {
        var clock = new SettableClock();
        using var cache = new FileCache<string>(4, TimeSpan.FromSeconds(1), clock);
        using var never = new ManualResetEventSlim();
        var (slow, fast) = (_runs.Write("slow", "1"), _runs.Write("fast", "2"));
        string Hang(string path, CancellationToken ends)
        {
            never.Wait(Soon, CancellationToken.None); // does not even ask whether it should end
            return path;
        }

        var waiting = Enumerable.Range(0, 4)
            .Select(_ => Task.Run(() => Assert.Throws<UserException>(() => cache.Get(slow, Hang)).Message)).ToList();
        Assert.Equal("2", await Task.Run(() => cache.Get(fast, (path, _) => File.ReadAllText(path))).WaitAsync(Soon));
        clock.RunUntil(() => waiting.All(one => one.IsCompleted), "the end of their patience");
        foreach (var message in await Task.WhenAll(waiting))
            Assert.Contains($"{slow}: takes too long to read here (expected at most 1 s, found more)", message);
        // who comes later does not wait at all: no time passes any more
        await Task.Run(() => Assert.Throws<UserException>(() => cache.Get(slow, Hang))).WaitAsync(Soon);
        never.Set();
        // a file that is mended is read anew; one that fails is not remembered
        Assert.Throws<UserException>(() => cache.Get(fast + "x", (path, _) => throw DashboardNoFile(path)));
        Assert.Equal("x", cache.Get(fast + "x", (_, _) => "x"));
    }

    [Fact]
    public async Task A_folder_of_many_entries_and_links_in_a_circle_are_looked_through_in_bounded_time()
    {
        _runs.AddRun("a/run");
        _runs.AddRun("z/run");
        for (var i = 0; i < 3000; i++)
            Directory.CreateDirectory(_runs.At("runs", "many", $"{i}"));
        var deep = string.Join('/', Enumerable.Repeat("d", 200));
        Directory.CreateDirectory(_runs.At("runs", deep));
        Directory.CreateSymbolicLink(_runs.At("runs", "circle"), _runs.Root);
        var catalog = new RunCatalog(_runs.Root, new SettableClock());
        var found = await Task.Run(() => catalog.Runs).WaitAsync(Soon);
        Assert.Equal(["a/run", "z/run"], found.Select(r => r.Name));
        Assert.False(catalog.IsIncomplete);
    }

    public void Dispose() => _runs.Dispose();

    private static UserException DashboardNoFile(string path) => UserException.Create("no such file", path);

    private static void Put(string path, string kind)
    {
        File.Delete(path);
        if (kind == "folder")
            Directory.CreateDirectory(path);
        else if (kind == "zero")
            File.CreateSymbolicLink(path, "/dev/zero");
        else if (kind == "sparse")
        {
            using var file = File.Create(path);
            file.SetLength(Path.GetExtension(path) is ".tsv" or ".jsonl" ? 200L << 20 : 1L << 40);
        }
        else
        {
            using var make = Process.Start("mkfifo", [path]);
            make.WaitForExit();
        }
    }

    // 64 MiB of one line, again and again: 50 GiB in a file of 50 MB
    private static void WriteBomb(string path)
    {
        using var one = new MemoryStream();
        using (var zip = new GZipStream(one, CompressionLevel.Optimal, leaveOpen: true))
        {
            var part = new byte[1 << 20];
            for (var i = 0; i < 64; i++)
                zip.Write(part);
        }
        using var file = File.Create(path);
        for (var i = 0; i < 800; i++)
            file.Write(one.GetBuffer(), 0, (int)one.Length);
    }
}
