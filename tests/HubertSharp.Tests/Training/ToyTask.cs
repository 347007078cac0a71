using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Data;
using HubertSharp.Training.Logging;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Training;

// N rows of D numbers.

/// <summary>
/// The smallest training with everything that a training can have: a linear generator and a linear discriminator under least squares,
/// each with an optimizer, and a moving average of the generator as a buffer. An update takes less than a millisecond.
/// </summary>
internal sealed class ToyTask : TrainingTask<ToyTask.Batch>, IDisposable
{
    public const string Discriminator = "discriminators";
    private const int D = 3;

    private readonly long _seed;
    private readonly ParameterStore _generator = new([new("scale", [D]), new("shift", [D], Group: 0)], ComputePrecision.Float32, CPU);
    private readonly ParameterStore _discriminator = new([new("weight", [D]), new("bias", [1])], ComputePrecision.Float32, CPU);
    private readonly Tensor _average = zeros(D).DetachFromDisposeScope();
    private readonly List<TrainedPart> _parts;

    /// <param name="config">Optimizer, schedule, plan.</param>
    /// <param name="parts">1 trains the generator alone, against a discriminator that stays as it was drawn.</param>
    /// <param name="replicas">The processes that train it.</param>
    public ToyTask(TrainingConfig config, int parts = 2, Replicas? replicas = null)
    {
        _seed = config.Common.Seed;
        _generator.CopyFrom(info => [.. Enumerable.Repeat(info.Name == "scale" ? 0.5f : 0, D)]);
        _discriminator.CopyFrom(info => [.. Enumerable.Repeat(0.25f, (int)info.Count)]);
        _parts =
        [
            new(TrainedPart.First, _generator, config.Optimizer, config.LrScheduler)
            {
                Buffers = new Dictionary<string, Tensor> { ["average"] = _average },
                Describe = folder => File.WriteAllText(Path.Combine(folder, "model.json"), "{}"),
            },
        ];
        if (parts > 1)
            _parts.Add(new(Discriminator, _discriminator, config.Optimizer, config.LrScheduler));
        int[][] batches = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]];
        int[] freq = [.. config.Optimization.UpdateFreq.Select(f => f * (replicas?.Count ?? 1))];
        Plan = new UpdatePlan(batches, freq, _seed, skipRemainder: false);
    }

    /// <summary>12 updates of two micro-batches; validations at 4, 8, 12, checkpoints at 3, 6, 9, 12.</summary>
    public static ResolvedConfig<HubertConfig> Config(TemporaryFolder folder, params string[] overrides) =>
        ConfigLoader.Load("hubert_small_cpu",
        [
            $"task.data={folder.At("data")}", $"task.label_dir={folder.At("data")}",
            $"checkpoint.save_dir={folder.At("unused")}", "model.label_rate=100",
            "common.log_interval=2", "common.bf16=false", "optimization.update_freq=[2]", "optimization.lr=[0.05]",
            "optimization.max_update=12", "optimization.clip_norm=1", "lr_scheduler.warmup_updates=2",
            "dataset.validate_interval_updates=4",
            "dataset.num_workers=2",
            "checkpoint.save_interval_updates=3", .. overrides,
        ]);

    /// <summary>A micro-batch's noise, for the generator, and what is real.</summary>
    internal sealed record Batch(int[] Rows, float[] Noise, float[] Real);

    /// <summary>Spoils batches in a loader thread: update, batch.</summary>
    public Action<long, Batch>? AfterCollate { get; init; }

    /// <summary>Sees every finished update; may throw, as a kill would.</summary>
    public Action<long>? AfterUpdate { get; init; }

    /// <summary>What the n-th validation of this process scores, from 0; null scores the generator.</summary>
    public Func<int, double>? ValidLoss { get; init; }

    /// <summary>What its data are, each time that somebody asks.</summary>
    public Func<string> Data { get; init; } = () => "10 rows";

    private int _validations;

    public override IReadOnlyList<TrainedPart> Parts => _parts;

    public override UpdatePlan Plan { get; }

    public override double Headline(MetricAverages averages) => averages.Mean("loss");

    public override IReadOnlyDictionary<string, string> DataFingerprint() => new Dictionary<string, string> { ["toy"] = Data() };

    public override Batch Collate(int[] rows, long update, int micro)
    {
        float[] Draw(ulong seed, double centre)
        {
            var random = new SeededRandom(seed);
            return [.. Enumerable.Range(0, rows.Length * D).Select(_ => (float)(centre + random.NextDouble() - 0.5))];
        }
        var batch = new Batch(rows, Draw(UpdateSeed.Derive(_seed, UpdateSeed.Purpose.Step, update, micro), 0), Draw((ulong)rows[0], 2));
        AfterCollate?.Invoke(update, batch);
        return batch;
    }

    public override UpdateScores Compute(TrainedPart part, IReadOnlyList<Batch> batches, long update, bool logs, double lossScale)
    {
        var scores = new ToyScores($"loss{part.Suffix}");
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var loss = part == _parts[0] ? GeneratorLoss(batch) : DiscriminatorLoss(batch);
            BackwardPass.Of(loss, lossScale);
            scores.Add(loss, batch.Rows.Length);
        }
        return scores;
    }

    public override BlamedRows Blame(long update, IReadOnlyList<Batch> batches, UpdateScores scores) => new(
        [
            .. batches.SelectMany((batch, micro) => batch.Rows.Select((row, i) => new BadBatch.Utterance(
                micro, i, $"row{row}", null, D, null, 0, batch.Real.Concat(batch.Noise).Any(float.IsNaN)))),
        ], []);

    public override void Updated(long update)
    {
        using (NewDisposeScope())
        using (no_grad())
            _average.mul_(0.9f).add_(_generator.MasterOf("scale") * 0.1f);
        AfterUpdate?.Invoke(update);
    }

    public override MetricAverages Validate(Replicas replicas)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var averages = new MetricAverages();
        averages.Add("loss", ValidLoss?.Invoke(_validations++) ?? GeneratorLoss(Collate([0, 1], 0, 0)).item<float>());
        return averages;
    }

    public void Dispose()
    {
        _parts.ForEach(part => part.Dispose());
        _generator.Dispose();
        _discriminator.Dispose();
        _average.Dispose();
    }

    private Tensor Fake(Batch batch) => (tensor(batch.Noise).view(-1, D) * _generator["scale"]) + _generator["shift"]; // [N, D]

    private Tensor Judge(Tensor x) => (x * _discriminator["weight"]).sum(1) + _discriminator["bias"]; // [N]

    private Tensor GeneratorLoss(Batch batch) => (Judge(Fake(batch)) - 1).square().sum();

    private Tensor DiscriminatorLoss(Batch batch) =>
        (Judge(tensor(batch.Real).view(-1, D)) - 1).square().sum() + Judge(Fake(batch).detach()).square().sum();
}
