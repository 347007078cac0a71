using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Mel;

/// <summary>Losses and gradients with the log-mel front ends, linear heads and heads at middle layers.</summary>
public class MelModelTests
{
    private static readonly CriterionConfig Criterion = new();

    public static IEnumerable<TheoryDataRow<string, string, bool, string>> Models() =>
        from frontend in new[] { Frontends.Waveform, Frontends.Mel20, Frontends.Mel40 }
        from head in new[] { PredictionHeads.Cosine, PredictionHeads.Linear }
        from first in new[] { true, false }
        select new TheoryDataRow<string, string, bool, string>(frontend, head, first,
            frontend == Frontends.Waveform ? MaskPlaces.Projection : MaskPlaces.Input);

    /// <summary>A step along the gradient changes the loss by as much as the gradient says.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Gradients_are_those_of_the_loss(string frontend, string head, bool normFirst, string place)
    {
        using var model = Build(frontend, head, normFirst, place, ComputePrecision.Float32);
        Loss(model, out _);
        var infos = model.Parameters.Infos;
        Assert.All(infos.Where(i => i.Name != "mask_emb" && !i.Name.Contains("k_proj.bias", StringComparison.Ordinal)),
            i => Assert.Contains(model.Parameters.GradientValues(i), g => g != 0));
        using var gradients = model.Parameters.Gradients.clone();
        var square = (double)(gradients * gradients).sum().item<float>();
        // as large as float32 leaves digits of the difference, as small as the loss is straight
        var step = 0.02 * Loss(model, out var before) / square;
        Move(model, gradients, step / 2);
        Loss(model, out var above);
        Move(model, gradients, -step);
        Loss(model, out var below);
        Assert.True(double.IsFinite(before));
        Assert.InRange((above - below) / (step * square), 0.97, 1.03);
    }

    /// <summary>Half precision computes the same, to its digits.</summary>
    [Theory]
    [InlineData(Frontends.Mel20)]
    [InlineData(Frontends.Mel40)]
    public void Brain_floats_give_the_same_loss(string frontend)
    {
        using var exact = Build(frontend, PredictionHeads.Linear, true, MaskPlaces.Projection, ComputePrecision.Float32);
        using var brain = Build(frontend, PredictionHeads.Linear, true, MaskPlaces.Projection, ComputePrecision.BFloat16);
        Loss(exact, out var expected);
        Loss(brain, out var found);
        Assert.InRange(found / expected, 0.99, 1.01);
        var (a, b) = (exact.Parameters.Gradients, brain.Parameters.Gradients);
        Assert.InRange((a * b).sum().item<float>() / (a.norm() * b.norm()).item<float>(), 0.99, 1.01);
    }

    /// <summary>The loss is the mean over the layers that predict; each has its own scores.</summary>
    [Fact]
    public void Several_layers_count_alike()
    {
        using var scope = NewDisposeScope();
        using var model = Build(Frontends.Mel20, PredictionHeads.Linear, true, MaskPlaces.Projection, ComputePrecision.Float32);
        var result = model.Loss(Batch(model), Criterion, new StepContext(true, 1, ScoreUnmasked: true));
        var middle = Assert.Single(result.Middle);
        Assert.Equal(1, middle.Layer);
        Assert.Empty(middle.Unmasked);
        var (last, first) = (Sum(result.Masked), Sum(middle.Masked));
        Assert.NotEqual(last, first);
        Assert.Equal((last + first) / 2, result.Loss.item<float>(), 1e-3 * last);
        Assert.Equal(result.Masked[0].Count, result.SampleSize);

        static double Sum(IEnumerable<FrameScores> sets) => sets.Sum(s => s.LossSum.item<float>());
    }

    private static HubertModel Build(string frontend, string head, bool normFirst, string place, ComputePrecision precision)
    {
        var config = MelFrontEndTests.Config(frontend) with
        {
            PredictionHead = head,
            PredictLayers = [1, 2],
            LayerNormFirst = normFirst,
            MaskPlace = place,
            FinalDim = head == PredictionHeads.Linear ? 0 : 8,
            ConvFeatureLayers = ConvLayerSpec.Parse("[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2"),
        };
        var model = new HubertModel(config, new TaskConfig { Labels = ["a", "b"] }, [14, 9], precision);
        model.Initialise(7);
        return model;
    }

    private static HubertBatch Batch(HubertModel model)
    {
        var (first, second) = (MelFrontEndTests.Sound(1, 1), MelFrontEndTests.Sound(0.8, 2));
        Array.Resize(ref second, first.Length);
        var labels = new Random(3);
        long[] Labels(int classes) => [.. Enumerable.Range(0, 100).Select(_ => (long)labels.Next(4, classes))];
        var batch = new HubertBatch([.. first, .. second], [16000, 12800], [Labels(14), Labels(9)], mask: null);
        var frames = model.FramesOf(batch);
        return new HubertBatch(batch.Source, batch.LengthsSamples, batch.Targets,
            MaskIndices.Draw([frames, frames * 3 / 4], frames, new MaskSettings { SpanLength = 4 }, 5));
    }

    private static double Loss(HubertModel model, out double loss)
    {
        using var scope = NewDisposeScope();
        model.Parameters.ZeroGradients();
        var result = model.Loss(Batch(model), Criterion, new StepContext(false, 1, ScoreUnmasked: false));
        result.Loss.backward();
        return loss = result.Loss.item<float>();
    }

    private static void Move(HubertModel model, Tensor direction, double step)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        model.Parameters.Masters.add_(direction * Scalars.Of(step), Scalars.One);
        model.Parameters.SyncCompute();
    }
}
