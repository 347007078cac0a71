using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.Interop.Fairseq;

/// <summary>Every <c>.pt</c> of the fixtures: settings, dictionaries, weights, outputs and optimizer state.</summary>
[Trait("Part", "golden")]
public class FairseqGoldenTests
{
    /// <summary>Half-precision weights are rounded to 11 bits; through the stack that shows in the third digit.</summary>
    private const double HalfTolerance = 2e-2;

    public static IEnumerable<TheoryDataRow<string, string>> Checkpoints() =>
        from name in Fixtures.Matching("hubert_tiny_*")
        from path in Directory.GetFiles(Fixtures.At(name), "*.pt").Order(StringComparer.Ordinal)
        select new TheoryDataRow<string, string>(name, Path.GetFileName(path));

    [Fact]
    public void There_are_checkpoints() => Assert.NotEmpty(Checkpoints());

    [Theory, MemberData(nameof(Checkpoints))]
    public void Settings_and_classes_are_the_recorded_ones(string name, string file)
    {
        using var tiny = new TinyModel(name);
        var read = ModelReader.Read(tiny.At(file));
        Assert.Equal(ModelFormat.Fairseq, read.Format);
        Assert.Equivalent(tiny.Config, read.Description.Model, strict: true);
        Assert.Equal(tiny.Task.Normalize, read.Description.Task.Normalize);
        Assert.Equal(tiny.Task.LabelRate, read.Description.Task.LabelRate);
        Assert.Equal(tiny.Task.Labels, read.Description.Task.Labels);
        Assert.Equal(tiny.Model.ClassesPerLabelSet, read.Description.Classes);
        Assert.NotNull(read.Dictionaries);
        Assert.Equal(tiny.Model.Parameters.Infos.Select(info => info.Name), read.Weights.Keys);
        Assert.Empty(read.Notices);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Weights_and_layers_are_the_recorded_ones(string name, string file)
    {
        using var tiny = new TinyModel(name);
        var read = ModelReader.Read(tiny.At(file));
        var trained = read.Training!.Updates > 0;
        var expected = SafetensorsFile.Read(tiny.At(trained ? "adam5_final_params.safetensors" : "weights_init.safetensors"));
        var isHalf = read.Weights.Values.All(w => w.DType == "F16");
        foreach (var (parameter, tensor) in read.Weights)
        {
            var values = expected[parameter].ToSingles();
            Assert.Equal(isHalf ? [.. values.Select(v => (float)(Half)v)] : values, tensor.ToSingles());
        }
        if (trained)
            return; // the layers are recorded for the first weights only
        using var scope = torch.NewDisposeScope();
        using var model = read.Build(ComputePrecision.Float32);
        var tolerance = isHalf ? HalfTolerance : 2e-5;
        var layers = model.ExtractLayers(tiny.PaddedSource(), tiny.Lengths);
        for (var layer = 1; layer <= layers.Count; layer++)
            TensorAssert.Near(tiny.Inference[$"layer{layer}"], layers[layer - 1], tolerance);
        TensorAssert.Near(tiny.Inference["x"], model.ExtractFeatures(tiny.PaddedSource(), tiny.Lengths), tolerance);
        var result = model.Loss(tiny.Batch(0), tiny.Criterion, new StepContext(true, 0, ScoreUnmasked: true));
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(tiny.At("loss.json")));
        TensorAssert.NearRelative(json.RootElement.GetProperty("loss_sum_nats").GetDouble(), result.Loss.item<float>(),
            isHalf ? 1e-2 : 2e-6, "loss");
    }

    /// <summary>The state that fairseq saved after its updates is the one that our updates arrive at.</summary>
    [Theory, MemberData(nameof(Checkpoints))]
    public void Adams_averages_are_those_of_the_updates(string name, string file)
    {
        var read = FairseqReader.Read(Fixtures.At(name, file), withTraining: true);
        if (read.Training!.Updates == 0)
        {
            Assert.Null(read.Training.Moments);
            return;
        }
        using var tiny = new TinyModel(name);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(tiny.At("adam5.json")));
        using var adam = AdamFixture.Optimizer(tiny.Model.Parameters, json.RootElement);
        var schedule = AdamFixture.Schedule(json.RootElement);
        for (var update = 0; update < read.Training.Updates; update++)
        {
            using var scope = torch.NewDisposeScope();
            tiny.Model.Parameters.ZeroGradients();
            var result = tiny.Model.Loss(tiny.Batch(update), tiny.Criterion, new StepContext(true, (ulong)update, ScoreUnmasked: true));
            result.Loss.backward();
            var clip = FairseqAdam.ClipCoefficient(adam.GradientNorm() / result.SampleSize,
                json.RootElement.GetProperty("clip_norm").GetDouble());
            adam.Update(schedule.LearningRate(update), clip / result.SampleSize);
        }
        Assert.Equal(adam.Updates, read.Training.AdamSteps);
        // noise around 0
        foreach (var info in tiny.Model.Parameters.Infos.Where(info => !info.Name.EndsWith("k_proj.bias", StringComparison.Ordinal)))
        {
            var (first, second) = read.Training.Moments![info.Name];
            float[] Slice(torch.Tensor flat) => TensorAssert.Values(flat.narrow(0, info.Offset, info.Count));
            using var scope = torch.NewDisposeScope();
            Assert.InRange(TensorAssert.RelativeDistance(Slice(adam.FirstMoments), first.ToSingles()), 0, 5e-5);
            Assert.InRange(TensorAssert.RelativeDistance(Slice(adam.SecondMoments), second.ToSingles()), 0, 5e-5);
        }
    }
}
