using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Training;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.Training.Updates;

public sealed class NumericalGuardTests : IDisposable
{
    private readonly TinyRun _run = new();
    private readonly List<string> _notices = [];

    private string BadBatches => Path.Combine(_run.Folder, "bad_batches");

    [Fact]
    public void An_update_that_meets_a_broken_recording_is_skipped_named_and_kept()
    {
        var broken = NameOf(1);
        var summary = _run.Train(Broken(1), "optimization.update_freq=[2]", "dataset.batch_size=1", "optimization.max_update=6",
            "common.log_interval=1");

        Assert.True(summary.Finished);
        Assert.InRange(summary.SkippedUpdates, 1, 5);
        var notice = _notices.First(n => n.Contains("skipped"));
        Assert.Contains($"from {broken};", notice);
        var folders = Directory.GetDirectories(BadBatches);
        Assert.Equal(summary.SkippedUpdates, folders.Length);
        var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folders[0], "batch.json"))).RootElement;
        Assert.Equal("NaN", report.GetProperty("loss").GetString());
        Assert.True(report.GetProperty("learning_rate").GetDouble() >= 0);
        var rows = report.GetProperty("rows").EnumerateArray().ToList();
        var suspect = Assert.Single(rows, r => r.GetProperty("suspect").GetBoolean());
        Assert.Equal(broken, suspect.GetProperty("path").GetString());
        var tensors = SafetensorsFile.Read(Path.Combine(folders[0], "batch.safetensors"));
        Assert.Equal(rows.Count,
            rows.Select(r => r.GetProperty("micro_batch").GetInt32()).Distinct().Sum(m => tensors[$"micro{m}.lengths"].ToLongs().Length));
        var source = tensors[$"micro{suspect.GetProperty("micro_batch")}.source"];
        var width = (int)source.Shape[1];
        Assert.Contains(source.ToSingles().Skip(suspect.GetProperty("row").GetInt32() * width).Take(width), float.IsNaN);
        Assert.Contains(tensors.Tensors, t => t.Name.EndsWith(".target0", StringComparison.Ordinal));

        var counts = File.ReadAllLines(_run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("tag").GetString() == "train_inner")
            .Select(l => l.GetProperty("skipped_updates").GetInt64()).ToList();
        Assert.Equal(6, counts.Count);
        Assert.Equal(counts.Order(), counts);
        Assert.Equal(summary.SkippedUpdates, counts[^1]);
    }

    [Fact]
    public void Too_many_running_end_the_training_and_a_resume_counts_on()
    {
        string[] overrides = ["optimization.max_skipped_updates=5", "optimization.max_update=50", "dataset.disable_validation=true"];
        Assert.Equal(3, _run.Train(Broken() with { StopAfterUpdate = 3 }, overrides).SkippedUpdates);
        var message = Assert.Throws<UserException>(() => _run.Train(Broken(), overrides)).Message;
        Assert.StartsWith("update 5: loss or gradients were not finite in 5 updates running", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void The_number_of_kept_batches_is_bounded()
    {
        var updates = BadBatchStore.Kept + 3;
        Assert.Throws<UserException>(() => _run.Train(Broken(), $"optimization.max_skipped_updates={updates}", "optimization.max_update=50",
            "dataset.disable_validation=true"));
        Assert.Equal(Enumerable.Range(4, BadBatchStore.Kept).Select(u => CheckpointFiles.NameOf(u)),
            Directory.GetFileSystemEntries(BadBatches).Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public void A_batch_that_cannot_be_kept_does_not_end_the_run()
    {
        var (broken, isInTheWay) = (Broken(1), false);
        var options = broken with
        {
            AfterCollate = batch =>
            {
                if (!Interlocked.Exchange(ref isInTheWay, true)) // what is there before the start is put aside
                    File.WriteAllText(BadBatches, "in the way");
                broken.AfterCollate!(batch);
            },
        };
        Assert.True(_run.Train(options, "optimization.update_freq=[2]", "optimization.max_update=6").Finished);
        Assert.Contains(_notices, n => n.Contains("could not be kept") && n.Contains("bad_batches"));
    }

    [Fact]
    public void The_row_is_found_when_only_its_gradients_are_not_finite()
    {
        using var model = Model(_run.Config().Value);
        model.Initialise(1);
        using var data = PretrainingData.Open(_run.Config().Value.Task, "train");
        var batches = new[] { data.Collate([0, 2], _ => 0), data.Collate([0, 1, 2], _ => 0) };
        Broken(1).AfterCollate!(batches[1]);
        StepContext StepOf(int micro) => new(Training: true, 5, ScoreUnmasked: false);
        Assert.Equal([(1, 1)], RowProbe.NotFinite(model, _run.Config().Value.Criterion, batches, StepOf));
    }

    [Fact]
    public void Scaling_the_loss_by_a_power_of_two_changes_nothing_in_float32()
    {
        string[] overrides = ["common.bf16=false", "common.fp16_scale_window=3", "optimization.max_update=8"];
        using var plain = new TinyRun();
        plain.Train(null, overrides);
        _run.Train(new PretrainingOptions { ScaleLoss = true, StopAfterUpdate = 5 }, overrides);
        _run.Train(new PretrainingOptions { ScaleLoss = true }, overrides);

        Assert.Equal(plain.MetricsWithoutClock(), _run.MetricsWithoutClock("loss_scale"));
        var scales = File.ReadAllLines(_run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.TryGetProperty("loss_scale", out _)).Select(l => l.GetProperty("loss_scale").GetDouble());
        Assert.Equal([128, 256, 512, 512], scales);
    }

    [Fact]
    public void An_overflow_in_fp16_lowers_the_loss_scale_until_its_minimum()
    {
        var config = _run.Config("common.fp16_init_scale=4", "common.min_loss_scale=1", "optimization.max_skipped_updates=1").Value;
        using var model = Model(config);
        using var part = Part(model, config);
        var progress = RunProgress.Begin();
        var guard = Guard(part, config, new LossScaler(config.Common, [1]), progress);
        Assert.False(guard.Accepts(1, new StepScores(), double.PositiveInfinity, 0.1, () => new BlamedRows([], [])));
        Assert.Equal((2.0, 1L, 0), (guard.LossScale, progress.SkippedUpdates, progress.SkippedInARow(part)));
        Assert.Contains("loss scale 2 from here", Assert.Single(_notices));
        Assert.False(Directory.Exists(BadBatches));
        var message = Assert.Throws<UserException>(
            () => guard.Accepts(2, new StepScores(), double.NaN, 0.1, () => new BlamedRows([], []))).Message;
        Assert.Contains("common.min_loss_scale", message);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_named_at_once()
    {
        var config = _run.Config().Value;
        using var model = Model(config);
        using var part = Part(model, config);
        var guard = Guard(part, config, null, RunProgress.Begin());
        guard.CheckWeights(7);
        using (torch.NewDisposeScope())
            model.Parameters.Masters[5] = float.NaN;
        Assert.StartsWith("update 7: weights are not finite", Assert.Throws<UserException>(() => guard.CheckWeights(7)).Message);
    }

    // One recording whose first sample is no number, whenever it comes; all recordings when none is given.
    private PretrainingOptions Broken(int? utterance = null) => new()
    {
        Notice = _notices.Add,
        AfterCollate = batch =>
        {
            for (var row = 0; row < batch.Utterances.Length; row++)
            {
                if (utterance is null || batch.Utterances[row] == utterance)
                    batch.Batch.Source[row * batch.Batch.SamplesPerRow] = float.NaN;
            }
        },
    };

    private HubertModel Model(HubertConfig config) => new(config.Model, config.Task, [_run.Classes], ComputePrecision.Float32);

    private static TrainedPart Part(HubertModel model, HubertConfig config) =>
        new(TrainedPart.First, model.Parameters, config.Optimizer, config.LrScheduler);

    private NumericalGuard Guard(TrainedPart part, HubertConfig config, LossScaler? scaler, RunProgress progress) =>
        new(part, config.Optimization.MaxSkippedUpdates, scaler, progress, new BadBatchStore(BadBatches), _notices.Add);

    private string NameOf(int utterance) => Manifest.Read(Path.Combine(_run.Data, "train.tsv")).Entries[utterance].RelativePath;

    public void Dispose() => _run.Dispose();
}
