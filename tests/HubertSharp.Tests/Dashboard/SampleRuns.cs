using System.Globalization;
using System.Text;
using HubertSharp.Audio;
using HubertSharp.Dashboard;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tests.Audio;

namespace HubertSharp.Tests.Dashboard;

/// <summary>A folder <c>runs</c> with run folders, and beside it a corpus with manifests, labels and audio.</summary>
internal sealed class SampleRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.At("runs");

    public string At(params string[] parts) => _folder.At(parts);

    public string Write(string name, string text) => _folder.Write(name, text);

    public static string Line(int update, double loss, string more = "") => string.Create(CultureInfo.InvariantCulture,
        $"{{\"tag\":\"train_inner\",\"loss\":{loss + 0.02:0.####},\"loss_m_0\":{loss:0.####},\"loss_features_pen\":0.02,"
        + $"\"correct_m_0\":0.2,\"correct_u_0\":0.25,\"loss_m_0_zh\":{loss - 0.3:0.####},\"loss_m_0_en\":{loss + 0.4:0.####},\"gnorm\":0.9,"
        + $"\"ups\":2,\"wps\":900,\"num_updates\":{update},\"lr\":0.0002,\"audio_s_per_s\":31.5,\"chance_bits\":6.700439718141092,"
        + $"\"peak_rss_mib\":1943,\"skipped_updates\":0{more}}}\n");

    public static string Valid(int update, double loss) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"tag\":\"valid\",\"valid_loss\":{loss + 0.01:0.####},\"valid_loss_m_0\":{loss:0.####},\"valid_correct_m_0\":0.21,"
        + $"\"valid_num_updates\":{update}}}\n");

    public static double Loss(int update) => 4.7 + (2 * Math.Exp(-update / 250.0)) + (0.1 * Math.Sin(update));

    /// <summary>A run of <paramref name="lines"/> lines every 10 updates.</summary>
    public string AddRun(string name, int lines = 60, double shift = 0)
    {
        var text = new StringBuilder();
        for (var update = 10; update <= 10 * lines; update += 10)
        {
            text.Append(Line(update, Loss(update) + shift));
            if (update % 200 == 0)
                text.Append(Valid(update, Loss(update) + shift + 0.1));
        }
        Write($"runs/{name}/metrics.jsonl", text.ToString());
        Write($"runs/{name}/environment.json",
            "{\"starts\":[{\"time\":\"2026-01-02T03:04:05Z\",\"processor\":\"a processor\",\"cores\":2}]}");
        Write($"runs/{name}/labels.json",
            $"[{{\"label\":\"km\",\"clusters\":100,\"label_rate\":100,\"entropy_bits\":6.4,"
            + $"\"histogram\":[{string.Join(',', Enumerable.Range(1, 100))}],\"findings\":[]}}]");
        Write($"runs/{name}/config.yaml",
            $"task:\n  data: {At("corpus")}\n  label_dir: {At("corpus")}\n  labels: [km]\n  label_rate: 100\n  sample_rate: 16000\nmodel:\n"
            + $"  label_rate: 100\noptimization:\n  max_update: 600\n");
        return At("runs", name);
    }

    /// <summary>Two playable utterances, one in another format, and whatever a test names.</summary>
    public void AddCorpus(params string[] alsoNamed)
    {
        Write("corpus/audio/zh/a.wav", "");
        File.WriteAllBytes(At("corpus", "audio", "zh", "a.wav"), WavBytes.Float32(Signals.Sine(16000, 440, 16000)));
        File.Copy(At("corpus", "audio", "zh", "a.wav"), At("corpus", "audio", "b.wav"));
        Write("corpus/audio/c.g722", "not playable as it is");
        var rows = new[]
        {
            "zh/a.wav\t16000\tzh", "b.wav\t16000\ten", "c.g722\t16000\ten",
        }.Concat(alsoNamed.Select(n => $"{n}\t16000\ten")).ToArray();
        Write("corpus/train.tsv", $"{At("corpus", "audio")}\n{string.Join('\n', rows)}\n");
        Write("corpus/train.km",
            string.Concat(rows.Select((_, i) => $"{string.Join(' ', Enumerable.Range(0, 99).Select(f => (f / 10) + i))}\n")));
        Write("corpus/dict.km.txt", string.Concat(Enumerable.Range(0, 100).Select(k => $"{k} 1\n")));
    }

    /// <summary>What the time of two processes went to at some updates, the second of which is slow.</summary>
    public void AddRanks(string run, params long[] updates) => Write($"runs/{run}/{RunFolder.RankTimesName}",
        string.Concat(updates.Select(update => new RankTimesLine(update, 1, ["node1", "node2"],
            [new(0.01, 0.2, 0.4, 0.6, 0.02, 1.25), new(0.11, 0.35, 0.7, 0.05, 0.02, 1.25)]).ToJson() + "\n")));

    /// <summary>A run's predictions for utterances of the train split; each of one second unless said otherwise.</summary>
    public void AddPredictions(string run, long update, params (int Index, string Path, long Start, long Length)[] utterances) =>
        new PredictionSamples(update, "train", "km", 100, 16000, 320,
            [.. utterances.Select(u => new PredictionSample(u.Index, u.Path, u.Start, u.Length,
                [.. Enumerable.Range(0, 49).Select(t => t / 5)], [3, 4, 20, 21], [0, 7, 4, 4], [0.5f, 0.25f, 0.75f, 0.75f],
                [0.5f, 0.125f, 0.75f, 0.75f]))])
            .Write(At("runs", run, "samples", "valid.json"));

    /// <param name="decodes">With the reader of the program, as <c>hubert dashboard</c> starts it.</param>
    /// <param name="audioRoots">Null for the corpus.</param>
    public Task<DashboardServer> StartAsync(string? host = null, bool decodes = false, string? token = null, string[]? audioRoots = null)
    {
        Directory.CreateDirectory(At("corpus"));
        return DashboardServer.StartAsync(new DashboardOptions
        {
            Root = Root,
            Port = 0,
            Host = host,
            Token = token,
            AudioRoots = audioRoots ?? [At("corpus")],
            Poll = TimeSpan.FromMilliseconds(50),
            ReadAudio = decodes ? AudioFile.Read : null,
        });
    }

    public void Dispose() => _folder.Dispose();
}
