using System.Text.Json;
using HubertSharp.Audio;
using HubertSharp.Distributed;
using HubertSharp.Features;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer.Training;
using HubertSharp.Training;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>A training of a very small tokenizer on made recordings: seconds, with all parts and all kinds of discriminators.</summary>
internal sealed class TinyTokenizerRun : IDisposable
{
    public const int Hop = 128, Width = 6;

    private readonly TemporaryFolder _folder = new();

    public TinyTokenizerRun()
    {
        int[] lengths = [2048, 3000, 3500, 1500];
        foreach (var split in (string[])["train", "valid"])
        {
            var lines = new List<string> { At("wav") };
            var description = new FeatureDescription { Kind = "hubert", Dimensions = Width, FrameRate = 16000.0 / Hop };
            using var features = FeatureDumpWriter.Create(At("features"), split, FeatureShard.Whole, description);
            Directory.CreateDirectory(At("wav"));
            foreach (var (i, length) in lengths.Index())
            {
                // each sample says where it is, and so does each frame
                var samples = Enumerable.Range(0, length)
                    .Select(s => (float)((0.3 * Math.Sin(0.05 * (i + 1) * s)) + (0.1 * Math.Sin(0.4 * s * (1 + (i % 3)))))).ToArray();
                AudioFile.Write(At("wav", $"{split}{i}.wav"), samples, 16000);
                lines.Add($"{split}{i}.wav\t{length}");
                var frames = (length - 80) / Hop;
                features.Append([.. Enumerable.Range(0, frames * Width).Select(f => (float)((f / Width) + Math.Sin(f * 0.7)))], "made");
            }
            features.Complete();
            File.WriteAllLines(At($"{split}.tsv"), lines);
        }
    }

    public string At(params string[] parts) => _folder.At(parts);

    /// <summary>6 updates of two micro-batches; validations at 2, 4, 6, checkpoints at 3 and 6; one small discriminator.</summary>
    public ResolvedConfig<TokenizerTrainingConfig> Config(params string[] overrides) =>
        ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu",
        [
            $"task.data={At()}", $"task.feature_dir={At("features")}", "task.teacher=none", $"checkpoint.save_dir={At("unused")}",
            "task.segment_size=2048", "task.valid_segment_size=4096",
            "common.log_interval=2", "common.num_threads=1", "dataset.batch_size=2", "dataset.num_workers=2",
            "dataset.validate_interval_updates=2", "checkpoint.save_interval_updates=3", "checkpoint.keep_interval_updates=-1",
            "optimization.update_freq=[2]", "optimization.max_update=6", "optimization.lr=[0.001]", "lr_scheduler.warmup_updates=1",
            "criterion.n_fft=64", "criterion.win_size=64", "criterion.hop_size=16", "criterion.num_mels=8",
            "criterion.mel_loss_lambdas=[45,1]",
            "model.n_filters=2", "model.strides=[8,4,2,2]", "model.dimension=8", "model.codebook_size=8", "model.n_q=2",
            "model.stft_filters=2", "model.stft_windows=[64]", "model.lstm_layers=1", .. overrides,
        ]);

    /// <summary>All kinds of discriminators.</summary>
    public static string[] AllDiscriminators { get; } =
        ["model.stft_windows=[1024,128]", "model.period_channels=1", "model.scale_channels=16"];

    public TrainingSummary Train(string name, TrainingOptions? options = null, Action<TokenizerBatch, long>? afterCollate = null,
        params string[] overrides) => Train(Config(overrides), name, Replicas.Alone, options, afterCollate);

    public TrainingSummary Train(ResolvedConfig<TokenizerTrainingConfig> config, string name, Replicas replicas,
        TrainingOptions? options = null, Action<TokenizerBatch, long>? afterCollate = null)
    {
        using var run = TrainingRun.Open(config, At(name), options ?? new TrainingOptions { Notice = Notices.Add }, replicas);
        var sources = TokenizerSources.OfFirst(config.Value, run.Folder, replicas, run.Notice, CancellationToken.None);
        using var data = TokenizerSplits.Open(config.Value, sources, replicas, run.Notice);
        var network = TokenizerTrainer.Network(config.Value, data.Train.Teacher?.Dimensions);
        using var task = new TokenizerTask(
            config.Value, data, network, replicas, torch.CPU, TokenizerTrainer.Precision(config.Value.Common).Precision)
        {
            AfterCollate = afterCollate,
        };
        return TrainingLoop.Run(run, task, CancellationToken.None);
    }

    public List<string> Notices { get; } = [];

    public JsonElement[] Lines(string run, string tag) =>
    [
        .. File.ReadAllLines(At(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("tag").GetString() == tag),
    ];

    /// <summary>Every tensor of the last checkpoint, by file.</summary>
    public SortedDictionary<string, float[]> Values(string run) =>
        new(Directory.GetFiles(At(run, "checkpoints", "checkpoint_last"), "*.safetensors")
            .SelectMany(file => SafetensorsFile.Read(file).Tensors
                .Select(tensor => (Key: $"{Path.GetFileName(file)}:{tensor.Name}", Values: tensor.ToSingles())))
            .ToDictionary(tensor => tensor.Key, tensor => tensor.Values), StringComparer.Ordinal);

    /// <summary>The same, bit by bit.</summary>
    public List<string> Tensors(string run) =>
        [.. Values(run).Select(v => $"{v.Key} {string.Join(' ', v.Value.Select(BitConverter.SingleToInt32Bits))}")];

    public void Dispose() => _folder.Dispose();
}
