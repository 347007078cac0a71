using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;
using HubertSharp.SpeechTokenizer;
using HubertSharp.Tests.Pretraining;
using HubertSharp.Tests.Training;
using HubertSharp.Training;
using TorchSharp;

namespace HubertSharp.Tests.SpeechTokenizer.Training;

/// <summary>How a tokenizer's run lives: stops, processes, bad batches, and what is left of it.</summary>
public sealed class TokenizerTrainingTests : IDisposable
{
    private readonly TinyTokenizerRun _run = new();

    [Theory]
    [InlineData("model.ema_decay=0.9")]
    [InlineData("task.parity=released")]
    [InlineData("common.bf16=true")]
    public void A_run_that_is_stopped_goes_on_as_if_nothing_had_happened(string setting)
    {
        string[] settings = [setting, .. TinyTokenizerRun.AllDiscriminators, "optimization.max_update=4"];
        Assert.True(_run.Train("whole", overrides: settings).Finished);
        foreach (var stop in (int[])[1, 3])
            Assert.False(_run.Train("stopped", new TrainingOptions { StopAfterUpdate = stop }, overrides: settings).Finished);
        Assert.True(_run.Train("stopped", overrides: settings).Finished);
        Assert.Equal(Metrics("whole"), Metrics("stopped"));
        Assert.Equal(_run.Tensors("whole"), _run.Tensors("stopped"));
        var kept = _run.Values("whole").Keys;
        Assert.Contains("discriminators.optimizer.safetensors:exp_avg.mpd.discriminators.0.conv_post.bias", kept);
        Assert.Contains("model.safetensors:quantizer.vq.layers.1._codebook.embed_avg", kept);
        Assert.Contains("discriminators.safetensors:msd.discriminators.0.convs.0.weight_u", kept);
    }

    [Fact]
    public async Task Two_processes_train_what_one_would()
    {
        string[] settings = ["model.period_channels=1", "model.scale_channels=16", "optimization.max_update=3"];
        _run.Train("one", overrides: settings);
        var config = _run.Config([.. settings, "optimization.update_freq=[1]"]); // for each of the two
        using var pair = new ToyReplicas.Pair();
        Task Process(int rank) => Task.Run(() => _run.Train(config, rank == 0 ? "two" : "second", new ToyReplicas(rank, pair)));
        await Task.WhenAll(Process(0), Process(1));
        // gradients are summed in another order than they add up in one process: the last bits differ, and Adam begins with signs
        foreach (var (key, one) in _run.Values("one").Where(v => v.Key.Contains("_codebook", StringComparison.Ordinal)))
        {
            var two = _run.Values("two")[key];
            Assert.All(one.Zip(two), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Max(1, Math.Abs(pair.First))));
        }
        var (alone, both) = (_run.Lines("one", "train_inner"), _run.Lines("two", "train_inner"));
        foreach (var key in (string[])["loss", "mel_error", "distill", "commit", "loss_discriminators", "adversarial", "feature"])
        {
            Assert.All(alone.Zip(both), pair =>
                Assert.Equal(pair.First.GetProperty(key).GetDouble(), pair.Second.GetProperty(key).GetDouble(),
                    1e-3 * Math.Max(1, Math.Abs(pair.First.GetProperty(key).GetDouble()))));
        }
    }

    [Theory]
    [InlineData("model.ema_decay=0.9")]
    [InlineData("task.parity=released")]
    public async Task Two_processes_train_the_same_bits_where_that_is_asked_for(string setting)
    {
        string[] settings =
            [setting, .. TinyTokenizerRun.AllDiscriminators, "optimization.max_update=3", "distributed_training.reproducible=true"];
        _run.Train("one", overrides: settings);
        _run.Train("usual", overrides: [.. settings, "distributed_training.reproducible=false"]);
        var config = _run.Config([.. settings, "optimization.update_freq=[1]"]); // for each of the two
        using var pair = new ToyReplicas.Pair();
        Task Process(int rank) => Task.Run(() => _run.Train(config, rank == 0 ? "two" : "second", new ToyReplicas(rank, pair)));
        await Task.WhenAll(Process(0), Process(1));
        Assert.Equal(_run.Tensors("one"), _run.Tensors("two")); // weights, codebooks, averages, spectral norms, both optimizers
        Assert.Equal(Metrics("one"), Metrics("two"));
        Assert.Equal(_run.Values("usual").Keys, _run.Values("one").Keys);
        Assert.All(_run.Values("usual").Where(v => v.Key.Contains("_codebook", StringComparison.Ordinal)), book =>
            Assert.All(book.Value.Zip(_run.Values("one")[book.Key]),
                pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Max(1, Math.Abs(pair.First)))));
    }

    [Fact]
    public async Task Each_of_two_processes_validates_a_part_and_what_one_cannot_read_ends_both()
    {
        File.Delete(_run.At("wav", "valid1.wav"));
        var config = _run.Config("optimization.update_freq=[1]", "optimization.max_update=2");
        using var pair = new ToyReplicas.Pair();
        Task<UserException> Process(int rank) => Task.Run(() => Assert.Throws<UserException>(() =>
            _run.Train(config, rank == 0 ? "two" : "second", new ToyReplicas(rank, pair))));
        var faults = await Task.WhenAll(Process(0), Process(1));
        Assert.All(faults, fault => Assert.Contains("valid1.wav", fault.Message));
        Assert.Single(faults, fault => fault.Message.StartsWith("rank ", StringComparison.Ordinal)); // told by the other one
    }

    [Fact]
    public async Task A_process_without_a_micro_batch_learns_the_same()
    {
        string[] settings =
            [.. TinyTokenizerRun.AllDiscriminators, "dataset.batch_size=4", "optimization.update_freq=[1]", "optimization.max_update=2"];
        foreach (var reproducible in (string[])["true", "false"])
        {
            var config = _run.Config([.. settings, $"distributed_training.reproducible={reproducible}"]); // one micro-batch in all
            _run.Train(config, "one" + reproducible, Replicas.Alone);
            using var pair = new ToyReplicas.Pair();
            Task Process(int rank) => Task.Run(() =>
                _run.Train(config, (rank == 0 ? "two" : "second") + reproducible, new ToyReplicas(rank, pair)));
            await Task.WhenAll(Process(0), Process(1));
            Assert.Equal(_run.Tensors("one" + reproducible), _run.Tensors("two" + reproducible));
        }
    }

    [Fact]
    public void A_bad_batch_is_skipped_and_named_and_the_codebooks_stay_whole()
    {
        _run.Train("run", afterCollate: (batch, update) =>
        {
            if (update == 3)
                batch.Samples[batch.Width] = float.NaN;
        });
        Assert.Contains(_run.Notices, n => n.StartsWith("update 3 skipped: loss NaN", StringComparison.Ordinal) && n.Contains(".wav"));
        Assert.All(_run.Values("run"), tensor => Assert.All(tensor.Value, value => Assert.True(float.IsFinite(value), tensor.Key)));
    }

    [Fact]
    public void The_doctor_names_what_was_never_a_number()
    {
        var end = Assert.Throws<UserException>(() => _run.Train("run", afterCollate: (batch, _) => Array.Fill(batch.Teacher!, float.NaN),
            overrides: "optimization.max_skipped_updates=3"));
        Assert.Contains("not finite in 3 updates", end.Message);
        var run = DoctorInput.Read(_run.At("run"));
        var report = LossDoctor.Examine(run);
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.Contains("all 3 from update 1 on", report.Summary);
        Assert.Contains("NaN or infinity in distill)", report.Summary);
        Assert.Contains("bad_batches/", report.Findings[0].Next);
        Assert.Contains("distill 为 NaN", LossDoctor.Examine(run, ReportLanguage.Chinese).Summary);
    }

    [Fact]
    public void What_was_trained_is_a_tokenizer()
    {
        _run.Train("run", overrides: "model.ema_decay=0.5");
        var read = TokenizerReader.Read(_run.At("run"));
        using var model = read.Build(torch.CPU);
        using var scope = torch.NewDisposeScope();
        var codes = model.Encode(torch.tensor(TokenizerFixtures.Samples(3000)).view(1, 1, -1));
        Assert.Equal([2, 1, 24], codes.shape);
        Assert.Equal([1, 1, 24 * TinyTokenizerRun.Hop], model.Decode(codes).shape);
        // the averages are used, not the last update's weights
        var values = _run.Values("run");
        const string name = "decoder.model.0.conv.conv.bias";
        Assert.NotEqual(values[$"model.safetensors:{name}"], values[$"model.safetensors:averaged.{name}"]);
        using var best = TokenizerReader.Read(_run.At("run", "checkpoints", "checkpoint_last")).Build(torch.CPU);
        Assert.Equal(values[$"model.safetensors:averaged.{name}"],
            TokenizerReader.Read(_run.At("run", "checkpoints", "checkpoint_last")).Tensors[name].ToSingles());
        using var folder = new TemporaryFolder();
        TokenizerWriter.Write(folder.At("written"), read);
        Assert.Equal(read.Tensors.Keys.Order(), TokenizerReader.Read(folder.At("written")).Tensors.Keys.Order());
    }

    [Fact]
    public void Validation_measures_codebooks_and_the_best_checkpoint_is_kept()
    {
        var summary = _run.Train("run");
        var valid = _run.Lines("run", "valid");
        Assert.Equal(3, valid.Length);
        foreach (var line in valid)
        {
            foreach (var key in (string[])["loss", "mel_error", "recon", "distill", "used_q1", "perplexity_q1", "used_q2", "perplexity_q2"])
                Assert.True(double.IsFinite(line.GetProperty($"valid_{key}").GetDouble()));
            Assert.InRange(line.GetProperty("valid_used_q1").GetDouble(), 1.0 / 8, 1);
            Assert.InRange(line.GetProperty("valid_perplexity_q1").GetDouble(), 1, 8);
        }
        Assert.Equal(summary.ValidHeadline, valid[^1].GetProperty("valid_mel_error").GetDouble());
        Assert.True(Directory.Exists(_run.At("run", "checkpoints", "checkpoint_best")));
        var inner = _run.Lines("run", "train_inner")[^1];
        Assert.Equal((1, 125, 125), (inner.GetProperty("n_discriminators").GetInt32(), inner.GetProperty("frame_rate").GetDouble(),
            inner.GetProperty("teacher_rate").GetDouble()));
        Assert.InRange(inner.GetProperty("dead_codes").GetDouble(), 0, 1);
    }

    [Fact]
    public void A_teacher_of_another_rate_or_width_is_refused()
    {
        var other = Assert.Throws<UserException>(() => _run.Train("run", overrides: "model.strides=[8,4,2]"));
        Assert.Contains("frames per second", other.Message);
        var width = Assert.Throws<UserException>(() => _run.Train("wide", overrides: "model.semantic_dimension=7"));
        Assert.Contains("another width", width.Message);
        // the released program looks at no rate
        _run.Train("released", overrides: ["model.strides=[8,4,2]", "task.parity=released", "optimization.max_update=2"]);
        Assert.Contains(_run.Notices, notice => notice.Contains("frame i still teaches frame i", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("criterion.distill_type=t_axis")]
    [InlineData("criterion.distill_loss_lambda=0")]
    [InlineData("criterion.commit_all_quantizers=true")]
    [InlineData("model.activation=Snake")]
    public void Every_option_trains(string option)
    {
        _run.Train("run", overrides: [option, "optimization.max_update=2"]);
        Assert.All(_run.Values("run"), tensor => Assert.All(tensor.Value, value => Assert.True(float.IsFinite(value), tensor.Key)));
    }

    private string[] Metrics(string run) => TinyRun.WithoutClock(File.ReadAllLines(_run.At(run, "metrics.jsonl")));

    public void Dispose() => _run.Dispose();
}
