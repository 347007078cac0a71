using System.Text.Json;
using HubertSharp.Finetuning;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Logging;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Finetuning;

/// <summary>fairseq's fine-tuning: logits, losses, gradients, five updates with and without a frozen start, what is printed.</summary>
[Trait("Part", "golden")]
public class FinetuneGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Names() => FinetuneFixture.Names();

    internal static void AssertPrinted(JsonElement printed, MetricAverages averages)
    {
        foreach (var metric in printed.EnumerateObject().Where(m => m.Name != "gnorm"))
        {
            var ours = averages.Mean(metric.Name);
            var theirs = metric.Value.ValueKind == JsonValueKind.String
                ? double.PositiveInfinity
                : metric.Value.GetDouble();
            Assert.True(double.IsInfinity(theirs) ? ours == theirs : Math.Abs(ours - theirs) < 6e-4 + (2e-6 * theirs),
                $"{metric.Name}: {ours} for {theirs}");
        }
        Assert.Equal(printed.TryGetProperty("nll_loss", out _), averages.Has("nll_loss"));
    }

    private static FinetuningBatch Batch(FinetuneFixture fixture, FinetuningConfig config)
    {
        using var data = TranscriptData.Open(config.Task, "train");
        return data.Collate(fixture.BatchOrder, _ => 0);
    }

    [Theory, MemberData(nameof(Names))]
    public void Logits_losses_and_gradients_are_fairseqs(string name)
    {
        using var fixture = new FinetuneFixture(name);
        using var scope = NewDisposeScope();
        var config = fixture.Config().Value;
        using var model = fixture.Load(config);
        var batch = Batch(fixture, config);
        var expected = fixture.Tensors;
        Assert.Equal(expected["source_lengths"].ToLongs(), batch.Batch.LengthsSamples);
        Assert.Equal(CtcKernelGoldenTests.Targets(expected["target"], expected["target_lengths"].ToLongs()), batch.Targets);
        using (no_grad())
        {
            var (logits, frames) = model.Forward(batch.Batch, new StepContext(false, 0, false), frozen: false);
            Assert.Equal(expected["input_lengths"].ToLongs(), frames.Select(f => (long)f));
            Assert.Equal(CtcKernelGoldenTests.Frames(expected["frame_padding_mask"]), frames);
            TensorAssert.Near(expected["logits"], logits, 5e-5);
            var losses = CtcLoss.Of(logits, frames, batch.Targets, 0).Rows;
            var theirs = Doubles(expected["per_utt_ctc_loss"]);
            for (var row = 0; row < losses.Length; row++)
                Assert.True(losses[row].Equals(theirs[row]) || Math.Abs(losses[row] - theirs[row]) < 1e-5 * theirs[row]);
        }
        foreach (var average in (bool[])[true, false])
        {
            var first = fixture.Expected.GetProperty($"first_step_sentence_avg_{(average ? "true" : "false")}");
            var given = fixture.Config($"optimization.sentence_avg={(average ? "true" : "false")}").Value;
            var step = new FinetuningStep(model, given, []);
            model.Parameters.ZeroGradients();
            using var scores = step.Compute([batch], 1, 1);
            TensorAssert.NearRelative(first.GetProperty("loss_sum_nats").GetDouble(), scores.LossSum, 2e-6, "loss");
            Assert.Equal(first.GetProperty("sample_size").GetInt64(), scores.SampleSize);
            var averages = new MetricAverages();
            scores.AddTo(averages);
            TensorAssert.NearRelative(first.GetProperty("loss_logged_bits").GetDouble(), averages.Mean("loss"), 2e-6, "loss in bits");
            if (averages.Has("nll_loss"))
                TensorAssert.NearRelative(first.GetProperty("nll_loss_logged_bits").GetDouble(), averages.Mean("nll_loss"), 2e-6, "nll");
        }
        var without = fixture.Expected.GetProperty("params_without_grad").EnumerateArray()
            .Select(e => FinetuneFixture.OurName(e.GetString()!)).ToHashSet();
        var idle = model.IdleGroups(new StepContext(true, 0, false), frozen: false);
        foreach (var info in model.Parameters.Infos)
            Assert.Equal(without.Contains(info.Name), info.Group is { } group && idle.Contains(group));
        var gradients = SafetensorsFile.Read(fixture.At("grads_sum.safetensors"));
        foreach (var gradient in gradients.Tensors.Where(t => !t.Name.EndsWith("k_proj.bias", StringComparison.Ordinal)))
        {
            var ours = model.Parameters.GradientValues(
                model.Parameters.Infos.Single(i => i.Name == FinetuneFixture.OurName(gradient.Name)));
            Assert.True(Difference(ours, gradient.ToSingles()) < 5e-5, $"{gradient.Name}: {Difference(ours, gradient.ToSingles())}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Masks_of_frames_and_channels_act_as_fairseqs(string name)
    {
        using var fixture = new FinetuneFixture(name);
        using var scope = NewDisposeScope();
        var config = fixture.Config("model.apply_mask=true", "model.mask_channel_length=8").Value;
        using var model = fixture.Load(config);
        var batch = Batch(fixture, config);
        var masked = fixture.Expected.GetProperty("masked");
        batch = batch with
        {
            Batch = new HubertBatch(batch.Batch.Source, batch.Batch.LengthsSamples, [], fixture.Tensors["mask_time"].ToBooleans(),
                fixture.Tensors["mask_channel"].ToBooleans()),
        };
        model.Parameters.ZeroGradients();
        using var scores = new FinetuningStep(model, config, []).Compute([batch], 1, 1);
        TensorAssert.NearRelative(masked.GetProperty("loss_sum_nats").GetDouble(), scores.LossSum, 2e-6, "loss");
        TensorAssert.NearRelative(masked.GetProperty("gnorm_of_sum").GetDouble(),
            Math.Sqrt(HubertSharp.Tensors.Kernels.SumOfSquares.Of(model.Parameters.Gradients)), 5e-5, "gnorm");
        var mask = model.Parameters.GradientValues(model.Parameters.Infos.Single(i => i.Name == "mask_emb"));
        TensorAssert.NearRelative(masked.GetProperty("mask_emb_grad_norm").GetDouble(), Norm(mask), 5e-5, "mask_emb");
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_padding_clips_are_cropped_and_texts_are_not(string name)
    {
        using var fixture = new FinetuneFixture(name);
        using var scope = NewDisposeScope();
        var config = fixture.Config("~task.pad_audio").Value;
        using var model = fixture.Load(config);
        var batch = Batch(fixture, config);
        var expected = fixture.Expected.GetProperty("pad_audio_false");
        Assert.Equal(expected.GetProperty("source_shape")[1].GetInt32(), batch.Batch.SamplesPerRow);
        using var scores = new FinetuningStep(model, config, []).Compute([batch], 1, 1);
        TensorAssert.NearRelative(expected.GetProperty("loss_sum_nats").GetDouble(), scores.LossSum, 2e-6, "loss");
    }

    [Theory, MemberData(nameof(Names))]
    public void Five_updates_are_fairseqs_frozen_or_not(string name)
    {
        using var fixture = new FinetuneFixture(name);
        foreach (var freeze in (int[])[0, 2])
        {
            var run = fixture.Folder($"freeze{freeze}");
            string[] overrides = [$"model.freeze_finetune_updates={freeze}", "dataset.validate_after_updates=0"];
            Finetuner.Run(fixture.Config(overrides), run, new FinetuningOptions { StopAfterUpdate = 1 }, CancellationToken.None);
            var after1 = SafetensorsFile.Read(fixture.At($"freeze{freeze}_after1.safetensors"));
            var rate = fixture.Expected.GetProperty($"freeze{freeze}").GetProperty("steps")[0].GetProperty("lr_used").GetDouble();
            var rates = fixture.Expected.GetProperty($"freeze{freeze}").GetProperty("steps").EnumerateArray()
                .Sum(step => step.GetProperty("lr_used").GetDouble());
            AssertParameters(fixture, run, after1, 2.1 * rate, 2e-2, 2.1 * rate);
            Finetuner.Run(fixture.Config(overrides), run, new FinetuningOptions(), CancellationToken.None);
            if (File.Exists(fixture.At($"freeze{freeze}_after5.safetensors")))
                AssertParameters(fixture, run, SafetensorsFile.Read(fixture.At($"freeze{freeze}_after5.safetensors")), 3e-5, 1e-3,
                    2.1 * rates);
            AssertLog(fixture, Path.Combine(run, "metrics.jsonl"), freeze);
        }
    }

    private static void AssertLog(FinetuneFixture fixture, string path, int freeze)
    {
        var lines = File.ReadAllLines(path).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var steps = fixture.Expected.GetProperty($"freeze{freeze}").GetProperty("steps").EnumerateArray().ToList();
        var inner = lines.Where(l => l.GetProperty("tag").GetString() == "train_inner").ToList();
        Assert.Equal(steps.Count, inner.Count);
        for (var i = 0; i < steps.Count; i++)
        {
            TensorAssert.NearRelative(steps[i].GetProperty("loss_logged_bits").GetDouble(), inner[i].GetProperty("loss").GetDouble(),
                i == 0 ? 2e-6 : 1e-5, $"update {i + 1}");
            TensorAssert.NearRelative(steps[i].GetProperty("nll_loss_logged_bits").GetDouble(),
                inner[i].GetProperty("nll_loss").GetDouble(), 1e-5, $"update {i + 1}");
            TensorAssert.NearRelative(steps[i].GetProperty("gnorm").GetDouble(), inner[i].GetProperty("gnorm").GetDouble(), 5e-5, "gnorm");
            if (i + 1 < steps.Count)
                Assert.Equal(steps[i + 1].GetProperty("lr_used").GetDouble(), inner[i].GetProperty("lr").GetDouble(), 1e-15);
        }
        var printed = fixture.Expected.GetProperty($"eval_after5_freeze{freeze}").GetProperty("printed");
        var valid = lines.Last(l => l.GetProperty("tag").GetString() == "valid");
        foreach (var key in (string[])["loss", "nll_loss", "uer", "wer", "raw_wer"])
            Assert.True(Math.Abs(printed.GetProperty(key).GetDouble() - valid.GetProperty($"valid_{key}").GetDouble())
                < 1e-3 + (1e-5 * printed.GetProperty(key).GetDouble()), $"{key} {valid.GetProperty($"valid_{key}").GetDouble()}");
    }

    /// <summary>
    /// An element whose first gradient is 0 but for rounding moves by a whole learning rate in the direction of the rounding: such flips
    /// are counted, two in 10,000 at most, and left out of the norm.
    /// </summary>
    private static void AssertParameters(
        FinetuneFixture fixture, string run, SafetensorsFile expected, double worst, double relative, double flip)
    {
        var folder = Path.Combine(run, "checkpoints", "checkpoint_last");
        var weights = SafetensorsFile.Read(Path.Combine(folder, "model.safetensors"));
        var head = SafetensorsFile.Read(Path.Combine(folder, "ctc_head.safetensors"));
        var (error, moved, flips, elements) = (0.0, 0.0, 0, 0);
        foreach (var (ownName, tensor) in weights.Tensors.Select(t => (t.Name, t)).Concat(head.Tensors.Select(t => ($"proj.{t.Name}", t))))
        {
            var name = FinetuneFixture.FairseqName(ownName);
            var (ours, start) = (tensor.ToSingles(), fixture.Parameters[name].ToSingles());
            if (!expected.Contains(name))
            {
                Assert.Equal(start, ours);
                continue;
            }
            var theirs = expected[name].ToSingles();
            for (var i = 0; i < ours.Length; i++)
            {
                var difference = Math.Abs(ours[i] - theirs[i]);
                Assert.True(difference <= flip, $"{name}[{i}]: {difference} above {flip}");
                if (name.EndsWith("k_proj.bias", StringComparison.Ordinal))
                    continue; // its gradient is 0 but for rounding
                flips += difference > worst ? 1 : 0;
                error += difference > worst ? 0 : Math.Pow(difference, 2);
                moved += Math.Pow(theirs[i] - start[i], 2);
            }
            elements += ours.Length;
        }
        Assert.True(flips <= 2e-4 * elements, $"{flips} flips");
        Assert.True(Math.Sqrt(error / moved) < relative, $"{Math.Sqrt(error / moved)}");
    }

    [Theory, MemberData(nameof(Names))]
    public void Greedy_paths_and_printed_rates_are_fairseqs(string name)
    {
        using var fixture = new FinetuneFixture(name);
        using var scope = NewDisposeScope();
        var config = fixture.Config().Value;
        using var model = fixture.Load(config);
        var batch = Batch(fixture, config);
        using var data = TranscriptData.Open(config.Task, "valid");
        var errors = new CtcErrors(data.Dictionary, "letter");
        using var scores = new CtcScores(config.Criterion, [], CPU);
        var measured = MeasuredBatch.Unpack(new FinetuningStep(model, config, []).Measure(batch).Pack());
        scores.Add(measured.Losses, measured.Batch, new HashSet<int>());
        errors.Add(measured.Paths, measured.Batch);
        var expected = fixture.Expected.GetProperty("eval_init");
        Assert.Equal((expected.GetProperty("c_errors").GetInt64(), expected.GetProperty("c_total").GetInt64(),
            expected.GetProperty("w_errors").GetInt64(), expected.GetProperty("w_total").GetInt64()),
            (errors.Totals.Units, errors.Totals.UnitTotal, errors.Totals.Words, errors.Totals.WordTotal));
        var averages = new MetricAverages();
        scores.AddTo(averages);
        errors.AddTo(averages);
        AssertPrinted(expected.GetProperty("printed"), averages);
        using var guard = no_grad();
        var (logits, frames) = model.Forward(batch.Batch, new StepContext(false, 0, false), frozen: false);
        var paths = GreedyPath.Of(logits, frames, 0);
        var row = 0;
        foreach (var one in expected.GetProperty("rows").EnumerateArray())
            Assert.Equal(one.GetProperty("greedy_ids").EnumerateArray().Select(e => e.GetInt32()), paths[row++]);
    }

    private static double[] Doubles(SafetensorsTensor tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(tensor.Bytes.Span).ToArray();

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(v => (double)v * v));

    private static double Difference(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b).Sum(p => Math.Pow(p.First - p.Second, 2))) / Norm(b);
}
