using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.Models;

/// <summary>Parity with fairseq in float32; tolerances are the fixtures' own, from an independent recomputation.</summary>
[Trait("Part", "golden")]
public class HubertGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Names() => TinyModel.Names();

    [Theory, MemberData(nameof(Names))]
    public void The_batch_is_the_recorded_one(string name)
    {
        using var tiny = new TinyModel(name);
        var source = tiny.PaddedSource();
        var perRow = source.Length / tiny.Clips.Count;
        var first = tiny.Inference["source_first256"].ToSingles();
        var perRowFirst = first.Length / tiny.Clips.Count;
        for (var row = 0; row < tiny.Clips.Count; row++)
        {
            Assert.Equal(tiny.Lengths[row], tiny.Clips[row].Length);
            TensorAssert.Near(first[(row * perRowFirst)..((row + 1) * perRowFirst)], source[(row * perRow)..(row * perRow + perRowFirst)],
                2e-6, "source");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Inference_is_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        var (source, lengths, inference) = (tiny.PaddedSource(), tiny.Lengths, tiny.Inference);
        var batch = new HubertBatch(source, lengths, [], null);
        var features = tiny.Model.Encoder.Features(batch, tiny.Model.FramesOf(batch), out _);
        TensorAssert.Near(inference["conv_features"], features.transpose(1, 2), 2e-5);
        if (inference.Contains("post_extract_proj"))
            TensorAssert.Near(inference["post_extract_proj"], tiny.Model.Encoder.Project(features), 2e-5);
        var layers = tiny.Model.ExtractLayers(source, lengths);
        Assert.Equal(tiny.Config.EncoderLayers, layers.Count);
        for (var layer = 1; layer <= layers.Count; layer++)
            TensorAssert.Near(inference[$"layer{layer}"], layers[layer - 1], 2e-5);
        TensorAssert.Near(inference["layer1"], tiny.Model.ExtractFeatures(source, lengths, 1), 2e-5);
        TensorAssert.Near(inference["x"], tiny.Model.ExtractFeatures(source, lengths), 2e-5);
        var frames = (int)inference["x"].Shape[1];
        var padding = inference["frame_padding_mask"].ToBooleans();
        for (var row = 0; row < lengths.Length; row++)
        {
            var valid = FrameAlignment.ValidFrames(source.Length / lengths.Length, lengths[row], frames);
            Assert.Equal(padding[(row * frames)..((row + 1) * frames)].Count(p => !p), valid);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Single_utterances_are_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        using var scope = torch.NewDisposeScope();
        for (var row = 0; row < tiny.Clips.Count; row++)
        {
            TensorAssert.Near(tiny.Inference[$"single{row}_x"], tiny.Model.ExtractFeatures(tiny.Clips[row]), 2e-5);
            var layers = tiny.Model.ExtractLayers(tiny.Clips[row]);
            for (var layer = 1; layer <= layers.Count; layer++)
            {
                if (tiny.Inference.Contains($"single{row}_layer{layer}"))
                    TensorAssert.Near(tiny.Inference[$"single{row}_layer{layer}"], layers[layer - 1], 2e-5);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Targets_and_logits_are_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        var frames = BatchFrames.Of(tiny.Model, tiny.Batch(0), 0);
        var encoded = tiny.Model.Encoder.Encode(tiny.Batch(0), frames, default, out _);
        TensorAssert.Near(tiny.Expected["x_masked"], encoded, 2e-5);
        var flat = encoded.reshape(-1, encoded.shape[2]);
        foreach (var (kind, selection) in new[] { ("m", frames.Masked), ("u", frames.Unmasked) })
        {
            var logits = tiny.Model.Logits(flat, selection);
            for (var set = 0; set < logits.Count; set++)
            {
                var aligned = tiny.Expected[$"aligned_target{set}"].ToLongs();
                var positions = selection.Positions.data<long>().ToArray();
                var targets = selection.Targets[set].data<long>().ToArray();
                Assert.Equal(positions.Select(p => aligned[p]), targets);
                // fairseq's column 0 is the target's own class, whose column holds −inf
                var expected = tiny.Expected[$"logit_{kind}{set}"];
                var columns = (int)expected.Shape[1];
                var values = expected.ToSingles();
                var ours = TensorAssert.Values(logits[set]);
                for (var i = 0; i < targets.Length; i++)
                {
                    var reference = values.AsSpan(i * columns + 1, columns - 1);
                    Assert.Equal(float.NegativeInfinity, reference[(int)targets[i]]);
                    reference[(int)targets[i]] = values[i * columns];
                    TensorAssert.Near(reference.ToArray(), ours[(i * (columns - 1))..((i + 1) * (columns - 1))], 5e-5,
                        $"logit_{kind}{set} row {i}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Loss_and_log_are_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        using var scope = torch.NewDisposeScope();
        var result = tiny.Model.Loss(tiny.Batch(0), tiny.Criterion, new StepContext(true, 0, ScoreUnmasked: true));
        using var json = JsonDocument.Parse(File.ReadAllText(tiny.At("loss.json")));
        CheckLog(json.RootElement.GetProperty("logging_output"), result, 2e-6);
        TensorAssert.NearRelative(json.RootElement.GetProperty("loss_sum_nats").GetDouble(), result.Loss.item<float>(), 2e-6, "loss");
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_are_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        using var scope = torch.NewDisposeScope();
        tiny.Model.Loss(tiny.Batch(0), tiny.Criterion, new StepContext(true, 0, ScoreUnmasked: true)).Loss.backward();
        var expected = SafetensorsFile.Read(tiny.At("grads.safetensors"));
        foreach (var info in tiny.Model.Parameters.Infos)
        {
            // the true gradient of a key bias is 0 and what is stored is noise
            if (info.Name.EndsWith("k_proj.bias", StringComparison.Ordinal))
                continue;
            var distance = TensorAssert.RelativeDistance(tiny.Model.Parameters.GradientValues(info), expected[info.Name].ToSingles());
            Assert.True(distance < 2e-5, $"{info.Name}: {distance:g3}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Five_updates_are_fairseqs(string name)
    {
        using var tiny = new TinyModel(name);
        var store = tiny.Model.Parameters;
        var initial = store.Infos.ToDictionary(info => info.Name, store.Values);
        using var json = JsonDocument.Parse(File.ReadAllText(tiny.At("adam5.json")));
        var root = json.RootElement;
        var optimizer = root.GetProperty("optimizer");
        var betas = optimizer.GetProperty("betas").EnumerateArray().Select(b => b.GetDouble()).ToArray();
        using var adam = new FairseqAdam(store, new AdamConfig
        {
            AdamBetas = (betas[0], betas[1]),
            AdamEps = optimizer.GetProperty("eps").GetDouble(),
            WeightDecay = optimizer.GetProperty("weight_decay").GetDouble(),
        });
        var scheduler = root.GetProperty("lr_scheduler");
        var schedule = new PolynomialDecay(new PolynomialDecayConfig
        {
            WarmupUpdates = scheduler.GetProperty("warmup_updates").GetInt32(),
            TotalNumUpdate = scheduler.GetProperty("total_num_update").GetDouble(),
            Power = scheduler.GetProperty("power").GetDouble(),
            EndLearningRate = scheduler.GetProperty("end_learning_rate").GetDouble(),
            Lr = [scheduler.GetProperty("peak_lr").GetDouble()],
        });
        var clip = root.GetProperty("clip_norm").GetDouble();
        var update = 0;
        foreach (var step in root.GetProperty("steps").EnumerateArray())
        {
            using var scope = torch.NewDisposeScope();
            store.ZeroGradients();
            var result = tiny.Model.Loss(tiny.Batch(update), tiny.Criterion, new StepContext(true, (ulong)update, ScoreUnmasked: true));
            result.Loss.backward();
            CheckLog(step, result, 2e-6);
            TensorAssert.NearRelative(step.GetProperty("loss_sum_nats").GetDouble(), result.Loss.item<float>(), 2e-6,
                $"loss of update {update + 1}");
            var norm = adam.GradientNorm() / result.SampleSize;
            TensorAssert.NearRelative(step.GetProperty("gnorm").GetDouble(), norm, 2e-6, $"gnorm of update {update + 1}");
            var coefficient = FairseqAdam.ClipCoefficient(norm, clip);
            TensorAssert.NearRelative(step.GetProperty("clip_coef").GetDouble(), coefficient, 2e-6, $"clip of update {update + 1}");
            var rate = schedule.LearningRate(update);
            Assert.Equal(step.GetProperty("lr_used").GetDouble(), rate, 1e-15);
            adam.Update(rate, coefficient / result.SampleSize);
            update++;
        }
        Assert.Equal(root.GetProperty("lr_after_last_step").GetDouble(), schedule.LearningRate(update), 1e-15);
        var final = SafetensorsFile.Read(tiny.At("adam5_final_params.safetensors"));
        foreach (var info in store.Infos)
        {
            var (ours, reference, start) = (store.Values(info), final[info.Name].ToSingles(), initial[info.Name]);
            TensorAssert.Near(reference, ours, 1e-5, info.Name);
            if (info.Name.EndsWith("k_proj.bias", StringComparison.Ordinal))
                continue;
            var distance = TensorAssert.RelativeDistance([.. ours.Zip(start, (a, b) => a - b)], [.. reference.Zip(start, (a, b) => a - b)]);
            Assert.True(distance < 5e-5, $"{info.Name}: {distance:g3}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Bfloat16_stays_near(string name)
    {
        using var tiny = new TinyModel(name, ComputePrecision.BFloat16);
        using var scope = torch.NewDisposeScope();
        var result = tiny.Model.Loss(tiny.Batch(0), tiny.Criterion, new StepContext(true, 0, ScoreUnmasked: true));
        result.Loss.backward();
        using var json = JsonDocument.Parse(File.ReadAllText(tiny.At("loss.json")));
        // 8 bits of mantissa through a deep stack
        TensorAssert.NearRelative(json.RootElement.GetProperty("loss_sum_nats").GetDouble(), result.Loss.item<float>(), 0.02, "loss");
        var expected = SafetensorsFile.Read(tiny.At("grads.safetensors"));
        foreach (var info in tiny.Model.Parameters.Infos.Where(i => i.Name.EndsWith("weight", StringComparison.Ordinal)))
        {
            var distance = TensorAssert.RelativeDistance(tiny.Model.Parameters.GradientValues(info), expected[info.Name].ToSingles());
            Assert.True(distance < 0.25, $"{info.Name}: {distance:g3}");
        }
    }

    /// <summary>Every <c>loss_*</c>, <c>correct_*</c> and <c>count_*</c> key that the log has.</summary>
    private static void CheckLog(JsonElement log, LossResult result, double tolerance)
    {
        Assert.Equal(log.GetProperty("sample_size").GetInt64(), result.SampleSize);
        var seen = 0;
        foreach (var entry in log.EnumerateObject())
        {
            if (entry.Name == "loss_features_pen")
            {
                TensorAssert.NearRelative(entry.Value.GetDouble(), result.FeaturesPenalty!.item<float>(), tolerance, entry.Name);
                continue;
            }
            var parts = entry.Name.Split('_');
            if (parts is not [("loss" or "correct" or "count"), ("m" or "u"), _] || !int.TryParse(parts[2], out var set))
                continue;
            var score = (parts[1] == "m" ? result.Masked : result.Unmasked)[set];
            seen++;
            if (parts[0] == "loss")
            {
                TensorAssert.NearRelative(entry.Value.GetDouble(), score.LossSum.item<float>(), tolerance, entry.Name);
                TensorAssert.NearRelative(entry.Value.GetDouble(), score.RowLossSum.sum().item<float>(), tolerance, entry.Name + " by row");
            }
            else if (parts[0] == "correct")
            {
                Assert.Equal((long)entry.Value.GetDouble(), score.Correct.item<long>());
                Assert.Equal((long)entry.Value.GetDouble(), score.RowCorrect.sum().item<long>());
            }
            else
            {
                Assert.Equal((long)entry.Value.GetDouble(), score.Count);
                Assert.Equal(score.Count, score.RowCount.Sum());
            }
        }
        Assert.True(seen >= 4);
    }
}
