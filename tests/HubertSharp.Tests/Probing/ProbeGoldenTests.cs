using System.Text.Json;
using HubertSharp.Probing;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Updates;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Probing;

/// <summary>s3prl's Featurizer, its heads and its optimizer on made hidden states: every number of the fixture's every case.</summary>
public sealed class ProbeGoldenTests
{
    private static readonly JsonElement s_expected =
        JsonDocument.Parse(File.ReadAllText(Fixtures.At("probes", "expected.json"))).RootElement;

    private static readonly SafetensorsFile s_tensors = SafetensorsFile.Read(Fixtures.At("probes", "tensors.safetensors"));

    private readonly JsonElement _config = s_expected.GetProperty("config");

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        s_expected.GetProperty("cases").EnumerateObject().Select(c => new TheoryDataRow<string>(c.Name));

    [Theory, MemberData(nameof(Cases))]
    public void Losses_norms_weights_and_errors_are_s3prls(string name)
    {
        var expected = s_expected.GetProperty("cases").GetProperty(name);
        var task = name.StartsWith("ctc", StringComparison.Ordinal) ? ProbeTask.CtcPhone : ProbeTask.Utterance;
        var batch = Batch(task, name.EndsWith("true", StringComparison.Ordinal), pooled: false);
        Assert.Equal(expected.GetProperty("feature_lengths").EnumerateArray().Select(l => l.GetInt32()), batch.Frames);
        using var head = Head(task);
        using var adam = new FairseqAdam(head.Parameters, new AdamWConfig { WeightDecay = 0 });
        var step = new ProbingStep(head, task);
        using (NewDisposeScope())
        {
            var logits = head.Forward(batch.Features, batch.Frames);
            Near(Valid(s_tensors[$"{name}.logits_step0"], batch, task), logits.data<float>().ToArray(), 5e-6);
        }
        Assert.Equal(Counted(expected, "before", batch), Tally(step, batch));
        foreach (var (number, at) in expected.GetProperty("steps").EnumerateArray().Index())
        {
            head.Parameters.ZeroGradients();
            using var scores = step.Compute([batch]);
            Near(at.GetProperty("loss").GetDouble(), scores.LossSum / scores.SampleSize, 1e-5, $"loss of step {number}");
            var norm = adam.GradientNorm() / scores.SampleSize;
            Near(at.GetProperty("grad_norm").GetDouble(), norm, 5e-5, $"norm of step {number}");
            var clip = FairseqAdam.ClipCoefficient(norm, _config.GetProperty("gradient_clipping").GetDouble());
            adam.Update(0.01, clip / scores.SampleSize);
        }
        using var after = step.Score(batch);
        Near(expected.GetProperty("loss_after").GetDouble(), after.LossSum / after.SampleSize, 1e-5, "loss after");
        Assert.Equal(Counted(expected, "after", batch), Tally(step, batch));
        Near([.. expected.GetProperty("layer_weights_softmax").EnumerateArray().Select(w => (float)w.GetDouble())],
            [.. head.Shares().Select(share => (float)share)], 1e-4);
        foreach (var info in head.Parameters.Infos)
            Near(s_tensors[$"{name}.final.{(info.Name == ProbeHead.LayerWeights ? "layer_weights" : info.Name)}"].ToSingles(),
                head.Parameters.Values(info), 1e-4);
    }

    /// <summary>The mean of frames may come before all that is linear: what is kept of an utterance is one vector for each layer.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Pooling_first_changes_nothing(bool normalize)
    {
        using var head = Head(ProbeTask.Utterance);
        using var scope = NewDisposeScope();
        float[] Logits(bool pooled)
        {
            var batch = Batch(ProbeTask.Utterance, normalize, pooled);
            return head.Forward(batch.Features, batch.Frames).data<float>().ToArray();
        }
        Near(Logits(pooled: false), Logits(pooled: true), 2e-6);
    }

    [Fact]
    public void Pieces_of_a_batch_give_the_sums_of_the_whole()
    {
        var batch = Batch(ProbeTask.CtcPhone, normalize: true, pooled: false);
        using var head = Head(ProbeTask.CtcPhone);
        var step = new ProbingStep(head, ProbeTask.CtcPhone);
        var pieces = batch.Pieces(batch.Features[0].Length + 1).ToList();
        Assert.True(pieces.Count > 1);
        Assert.Equal(batch.Utterances, pieces.SelectMany(p => p.Utterances));
        (double Loss, double Norm) Sums(IEnumerable<ProbingBatch> batches)
        {
            head.Parameters.ZeroGradients();
            using var scores = step.Compute(batches);
            return (scores.LossSum, head.Parameters.Gradients.norm().item<float>());
        }
        var (whole, parts) = (Sums([batch]), Sums(pieces));
        Near(whole.Loss, parts.Loss, 1e-6, "loss");
        Near(whole.Norm, parts.Norm, 1e-5, "gradients");
    }

    private ProbeHead Head(ProbeTask task)
    {
        var head = new ProbeHead(_config.GetProperty("layers").GetInt32(), _config.GetProperty("dim").GetInt32(),
            _config.GetProperty("projector_dim").GetInt32(),
            _config.GetProperty(task == ProbeTask.CtcPhone ? "vocab" : "classes").GetInt32(), task != ProbeTask.CtcPhone);
        var kind = task == ProbeTask.CtcPhone ? "ctc" : "utt";
        head.Parameters.CopyFrom(info => s_tensors[info.Name switch
        {
            ProbeHead.LayerWeights => "init.layer_weights",
            _ when info.Name.StartsWith(ProbeHead.Linear, StringComparison.Ordinal) => $"init.{kind}.{info.Name}",
            _ => $"init.{info.Name}",
        }].ToSingles());
        return head;
    }

    private ProbingBatch Batch(ProbeTask task, bool normalize, bool pooled)
    {
        var layers = Enumerable.Range(0, _config.GetProperty("layers").GetInt32())
            .Select(l => s_tensors[$"hidden_state_{l}"]).ToArray();
        var (frames, width) = ((int)layers[0].Shape[1], (int)layers[0].Shape[2]);
        int[] lengths = [.. s_tensors["lengths"].ToLongs().Select(l => (int)l)];
        var classes = s_tensors["classes"].ToLongs();
        float[] Row(SafetensorsTensor layer, int row) =>
            layer.ToSingles().AsSpan(row * frames * width, lengths[row] * width).ToArray();
        return new ProbingBatch([.. Enumerable.Range(0, lengths.Length)],
            [.. lengths.Index().Select(r => ProbeFeatures.Prepared([.. layers.Select(l => Row(l, r.Index))], width, normalize, pooled))],
            pooled ? [.. lengths.Select(_ => 1)] : lengths,
            [.. lengths.Index().Select(r => task == ProbeTask.CtcPhone
                ? s_expected.GetProperty("labels")[r.Index].EnumerateArray().Select(l => l.GetInt32()).ToArray()
                : [(int)classes[r.Index]])],
            s_tensors["wav_lengths"].ToLongs());
    }

    /// <summary>What is computed of padding is nobody's.</summary>
    private static float[] Valid(SafetensorsTensor logits, ProbingBatch batch, ProbeTask task)
    {
        var all = logits.ToSingles();
        if (task != ProbeTask.CtcPhone)
            return all;
        var (frames, outputs) = ((int)logits.Shape[1], (int)logits.Shape[2]);
        return [.. batch.Frames.Index().SelectMany(f => all.AsSpan(f.Index * frames * outputs, f.Item * outputs).ToArray())];
    }

    /// <summary>Rows that are named rightly, or errors, and of how many.</summary>
    private static (int Count, int Of) Counted(JsonElement expected, string when, ProbingBatch batch) =>
        expected.TryGetProperty($"per_{when}", out var errors)
            ? (errors.GetProperty("errors").GetInt32(), errors.GetProperty("reference").GetInt32())
            : ((int)Math.Round(expected.GetProperty($"accuracy_{when}").GetDouble() * batch.Rows), batch.Rows);

    private static (int Count, int Of) Tally(ProbingStep step, ProbingBatch batch)
    {
        using var scores = step.Score(batch);
        return (scores.Tallies.Sum(t => t.Count), scores.Tallies.Sum(t => t.Of));
    }

    private static void Near(double expected, double found, double relative, string what) =>
        Assert.True(Math.Abs(expected - found) <= relative * Math.Abs(expected), $"{what}: {found:R}, expected {expected:R}");

    private static void Near(float[] expected, float[] found, double absolute)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found),
            pair => Assert.True(Math.Abs(pair.First - pair.Second) <= absolute, $"{pair.Second} for {pair.First}"));
    }
}
