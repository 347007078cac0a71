using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using HubertSharp.Pretraining;
using HubertSharp.Runs.Configuration;
using HubertSharp.Training;

namespace HubertSharp.Tests.Pretraining;

/// <summary>A run of a very small model on the clips of one golden fixture: seconds, with every part of the engine in it.</summary>
internal sealed class TinyRun : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<UndisturbedRun>> s_undisturbed = new();

    private readonly TemporaryFolder _folder = new();

    public TinyRun(string name = "run")
    {
        var fixture = Fixtures.At(Fixtures.Matching("hubert_tiny_base").Concat(Fixtures.Matching("hubert_tiny_*")).First());
        Data = _folder.At("data");
        Directory.CreateDirectory(Data);
        var lines = File.ReadAllLines(Path.Combine(fixture, "train.tsv"));
        lines[0] = Path.Combine(fixture, "wav");
        for (var i = 1; i < lines.Length; i++)
            lines[i] = $"{lines[i]}\t{(i % 2 == 0 ? "zh" : "en")}";
        var labels = Directory.GetFiles(fixture, "train.km*").Order(StringComparer.Ordinal).First();
        var extension = Path.GetExtension(labels)[1..];
        foreach (var split in (string[])["train", "valid"])
        {
            File.WriteAllLines(Path.Combine(Data, $"{split}.tsv"), lines);
            File.Copy(labels, Path.Combine(Data, $"{split}.km"));
        }
        File.Copy(Path.Combine(fixture, $"dict.{extension}.txt"), Path.Combine(Data, "dict.km.txt"));
        LabelRate = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture, "config.json"))).RootElement.GetProperty("task")
            .GetProperty("label_rate").GetDouble();
        Folder = _folder.At(name);
    }

    public string Data { get; }

    public string Folder { get; }

    public double LabelRate { get; }

    /// <summary>Clusters and the four special symbols.</summary>
    public int Classes => File.ReadLines(Path.Combine(Data, "dict.km.txt")).Count(line => line.Length > 0) + 4;

    /// <summary>The same clips again and again, for an epoch of several updates.</summary>
    public void TrainOn(int utterances)
    {
        string manifest = Path.Combine(Data, "train.tsv"), labels = Path.Combine(Data, "train.km");
        var lines = File.ReadAllLines(manifest);
        var sequences = File.ReadAllLines(labels);
        int[] clips = [.. Enumerable.Range(0, utterances).Select(i => i % sequences.Length)];
        File.WriteAllLines(manifest, [lines[0], .. clips.Select(i => lines[i + 1])]);
        File.WriteAllLines(labels, clips.Select(i => sequences[i]));
    }

    /// <summary>A second label set, <c>coarse</c>: the clusters by the remainder of their numbers.</summary>
    public void AddCoarseLabels(int classes)
    {
        foreach (var split in (string[])["train", "valid"])
        {
            File.WriteAllLines(Path.Combine(Data, $"{split}.coarse"), File.ReadLines(Path.Combine(Data, $"{split}.km")).Select(line =>
                string.Join(' ', line.Split(' ').Select(label => int.Parse(label, CultureInfo.InvariantCulture) % classes))));
        }
        File.WriteAllLines(Path.Combine(Data, "dict.coarse.txt"), Enumerable.Range(0, classes).Select(label => $"{label} 1"));
    }

    public string MetricsPath => Path.Combine(Folder, "metrics.jsonl");

    /// <summary>What makes hubert_small_cpu this run.</summary>
    public string[] Overrides =>
    [
        $"task.data={Data}", $"task.label_dir={Data}", $"model.label_rate={LabelRate}", $"checkpoint.save_dir={Folder}/checkpoints",
        "common.log_interval=2", "task.min_sample_size=1000", "dataset.required_batch_size_multiple=1",
        "task.max_sample_size=20000", "dataset.max_tokens=40000",
        "dataset.validate_interval_updates=4",
        "optimization.max_update=8", "lr_scheduler.warmup_updates=2", "model.encoder_layers=2", "model.encoder_embed_dim=32",
        "model.encoder_ffn_embed_dim=64", "model.encoder_attention_heads=2", "model.final_dim=16", "model.conv_pos=16",
        "model.conv_pos_groups=4",
        "model.conv_feature_layers='[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2'",
    ];

    public ResolvedConfig<HubertConfig> Config(params string[] overrides) =>
        ConfigLoader.Load("hubert_small_cpu", [.. Overrides, .. overrides]);

    public TrainingSummary Train(PretrainingOptions? options = null, params string[] overrides) =>
        Pretrainer.Run(Config(overrides), Folder, options ?? new PretrainingOptions(), CancellationToken.None);

    /// <summary>What a run comes to that nobody disturbs: trained once for all tests that compare with it.</summary>
    public static UndisturbedRun Undisturbed(params string[] overrides) =>
        s_undisturbed.GetOrAdd(string.Join('\n', overrides), _ => new(() =>
        {
            using var run = new TinyRun();
            run.Train(null, overrides);
            return new UndisturbedRun(run.MetricsWithoutClock(),
                Directory.GetFiles(Path.Combine(run.Folder, "checkpoints", "checkpoint_last")).Sum(file => new FileInfo(file).Length));
        })).Value;

    /// <summary>The log lines without what depends on the clock.</summary>
    public string[] MetricsWithoutClock(params string[] without) => WithoutClock(File.ReadAllLines(MetricsPath), without);

    public static string[] WithoutClock(string[] lines, params string[] without)
    {
        string[] clock = [.. without, "time", "wall", "train_wall", "wps", "ups", "audio_s_per_s", "peak_rss_mib", "valid_wps"];
        return [.. lines.Select(line => string.Join(", ", JsonDocument.Parse(line).RootElement.EnumerateObject()
            .Where(p => !clock.Contains(p.Name)).Select(p => $"{p.Name}={p.Value.GetRawText()}")))];
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>The log of such a run without what depends on the clock, and how large a checkpoint of it is.</summary>
internal sealed record UndisturbedRun(string[] MetricsWithoutClock, long CheckpointBytes);
