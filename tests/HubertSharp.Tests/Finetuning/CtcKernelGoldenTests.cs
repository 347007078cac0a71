using System.Text.Json;
using HubertSharp.Finetuning;
using HubertSharp.Models;
using HubertSharp.Models.Ctc;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Labels;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Logging;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Finetuning;

/// <summary>fairseq's CtcCriterion on made logits: losses, gradients, error counts, and what is printed.</summary>
[Trait("Part", "golden")]
public class CtcKernelGoldenTests
{
    private static (JsonElement Expected, SafetensorsFile Tensors, LabelDictionary Dictionary) Read()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("finetune", "criterion_cases.json")));
        var expected = json.RootElement.Clone();
        var symbols = expected.GetProperty("dictionary").EnumerateArray().Select(e => e.GetString()!).ToArray();
        return (expected, SafetensorsFile.Read(Fixtures.At("finetune", "criterion_cases.safetensors")),
            new LabelDictionary(symbols.Skip(4).Select(s => (s, 1L))));
    }

    internal static int[][] Targets(SafetensorsTensor target, long[] lengths)
    {
        var (values, width) = (target.DType == "I32" ? Integers(target) : target.ToLongs(), (int)target.Shape[1]);
        return [.. lengths.Select((length, row) => values.Skip(row * width).Take((int)length).Select(c => (int)c).ToArray())];
    }

    private static long[] Integers(SafetensorsTensor tensor) =>
        [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(tensor.Bytes.Span).ToArray().Select(v => (long)v)];

    internal static int[] Frames(SafetensorsTensor padding)
    {
        var (flags, width) = (padding.ToBooleans(), (int)padding.Shape[1]);
        return [.. Enumerable.Range(0, (int)padding.Shape[0]).Select(row => flags.Skip(row * width).Take(width).Count(p => !p))];
    }

    [Fact]
    public void Losses_gradients_and_paths_are_fairseqs()
    {
        using var scope = NewDisposeScope();
        var (expected, tensors, dictionary) = Read();
        var logits = tensor(tensors["logits"].ToSingles(), [.. tensors["logits"].Shape]);
        var frames = Frames(tensors["frame_padding_mask"]);
        var targets = Targets(tensors["target"], tensors["target_lengths"].ToLongs());
        var (losses, gradient) = CtcLoss.Of(logits, frames, targets, expected.GetProperty("blank_idx").GetInt32());
        TensorAssert.Near(tensors["grad_logits_zero_infinity"], gradient, 5e-6); // torch sums in float32, here float64
        var paths = GreedyPath.Of(logits, frames, 0);
        var row = 0;
        foreach (var one in expected.GetProperty("rows").EnumerateArray())
        {
            Assert.Equal(one.GetProperty("frames").GetInt32(), frames[row]);
            if (one.GetProperty("ctc_loss_nats").ValueKind == JsonValueKind.String)
                Assert.Equal(double.PositiveInfinity, losses[row]);
            else
                TensorAssert.NearRelative(one.GetProperty("ctc_loss_nats").GetDouble(), losses[row], 2e-6, $"row {row}");
            Assert.Equal(one.GetProperty("greedy_ids").EnumerateArray().Select(e => e.GetInt32()), paths[row]);
            Assert.Equal(one.GetProperty("greedy_units").GetString(),
                string.Join(' ', Runs.Transcripts.WordsOfSymbols.Symbols(dictionary, paths[row])));
            Assert.Equal(one.GetProperty("greedy_words").GetString(), string.Join(' ', Words(paths[row])));
            Assert.Equal(one.GetProperty("target_words").GetString(), string.Join(' ', Words(targets[row])));
            var errors = new CtcErrors(dictionary, "letter");
            errors.Add([paths[row]], Batch([targets[row]]));
            Assert.Equal((one.GetProperty("c_errors").GetInt64(), one.GetProperty("c_total").GetInt64(),
                one.GetProperty("w_errors").GetInt64(), one.GetProperty("w_total").GetInt64()),
                (errors.Totals.Units, errors.Totals.UnitTotal, errors.Totals.Words, errors.Totals.WordTotal));
            row++;
        }

        string[] Words(int[] classes) =>
            Runs.Transcripts.WordsOfSymbols.Of(Runs.Transcripts.WordsOfSymbols.Symbols(dictionary, classes), "letter");
    }

    [Fact]
    public void A_batch_is_logged_as_fairseq_prints_it()
    {
        using var scope = NewDisposeScope();
        var (expected, tensors, dictionary) = Read();
        var logits = tensor(tensors["logits"].ToSingles(), [.. tensors["logits"].Shape]);
        var frames = Frames(tensors["frame_padding_mask"]);
        var targets = Targets(tensors["target"], tensors["target_lengths"].ToLongs());
        var (losses, _) = CtcLoss.Of(logits, frames, targets, 0);
        foreach (var kind in expected.GetProperty("batch").EnumerateObject())
        {
            var criterion = new CtcCriterionConfig
            {
                ZeroInfinity = kind.Name.Contains("zero_infinity_true", StringComparison.Ordinal),
                SentenceAvg = kind.Name.Contains("sentence_avg_true", StringComparison.Ordinal),
            };
            using var scores = new CtcScores(criterion, [], CPU);
            scores.Add(losses, Batch(targets), new HashSet<int>());
            var errors = new CtcErrors(dictionary, "letter");
            errors.Add(GreedyPath.Of(logits, frames, 0), Batch(targets));
            var averages = new MetricAverages();
            scores.AddTo(averages);
            errors.AddTo(averages);
            Assert.Equal(kind.Value.GetProperty("sample_size").GetInt64(), scores.SampleSize);
            FinetuneGoldenTests.AssertPrinted(kind.Value.GetProperty("printed"), averages);
        }
    }

    private static FinetuningBatch Batch(int[][] targets) => new(
        new HubertBatch(new float[targets.Length], [.. targets.Select(_ => 1L)], [], null), targets,
        [.. Enumerable.Range(0, targets.Length)], new string?[targets.Length])
    {
        AreCodeSwitched = new bool[targets.Length],
    };

    /// <summary>Against torch on random logits, doubled letters and a transcript that just fits among them.</summary>
    [Fact]
    public void Torchs_own_loss_and_gradient_are_the_same()
    {
        using var scope = NewDisposeScope();
        var random = new Runs.SeededRandom(7);
        for (var round = 0; round < 20; round++)
        {
            var (frames, classes, length) = (1 + random.Below(40), 3 + random.Below(20), random.Below(14));
            int[] target = [.. Enumerable.Range(0, length).Select(_ => 1 + random.Below(classes - 1))];
            var logits = (randn(1, frames, classes) * (1 + (10 * random.NextDouble()))).requires_grad_(true);
            var (losses, gradient) = CtcLoss.Of(logits, [frames], [target], 0);
            var theirs = nn.functional.ctc_loss(nn.functional.log_softmax(logits.to(float64), -1).transpose(0, 1),
                tensor(target.Select(c => (long)c).ToArray(), [1, length]), tensor([(long)frames]), tensor([(long)length]), 0, true,
                nn.Reduction.Sum);
            theirs.backward();
            var loss = theirs.item<double>();
            Assert.True(Math.Abs((double.IsInfinity(losses[0]) ? 0 : losses[0]) - loss) < 1e-9 * Math.Max(1, loss), $"{losses[0]} {loss}");
            Assert.True((gradient - logits.grad!).abs().max().item<float>() < 1e-6);
            Assert.Equal(CtcLoss.FramesNeeded(target) > frames, double.IsInfinity(losses[0]));
        }
    }
}
