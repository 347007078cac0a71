using HubertSharp.Models;
using HubertSharp.Tensors;
using HubertSharp.Tests.Models;
using TorchSharp;

namespace HubertSharp.Tests.Tensors;

[Collection("alone")] // tensors are counted over the whole process
public class RecomputationTests
{
    public static IEnumerable<TheoryDataRow<string, ComputePrecision>> Cases() =>
        from name in Fixtures.Matching("hubert_tiny_*")
        from precision in (ComputePrecision[])[ComputePrecision.Float32, ComputePrecision.BFloat16]
        select new TheoryDataRow<string, ComputePrecision>(name, precision);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recomputed_layers_give_the_same_bits(string name, ComputePrecision precision)
    {
        using var tiny = new TinyModel(name);
        var plain = LossAndGradients(tiny, precision, recompute: false);
        var recomputed = LossAndGradients(tiny, precision, recompute: true);
        Assert.Contains(plain[1..], g => g != 0);
        Assert.Equal(plain, recomputed);
    }

    [Fact]
    public void Recomputation_keeps_no_tensors()
    {
        using var tiny = new TinyModel(Fixtures.Matching("hubert_tiny_*")[0]);
        using var model = Build(tiny, ComputePrecision.Float32, recompute: true);
        var counts = new List<long>();
        for (var step = 0; step < 12; step++)
        {
            Step(tiny, model);
            counts.Add(torch.Tensor.TotalCount);
        }
        Assert.InRange(counts[^1], 0, counts[3]); // fewer where tensors of earlier tests are finalized meanwhile
    }

    // the loss, then all gradients; dropouts and layer drop on, some frames padding
    private static float[] LossAndGradients(TinyModel tiny, ComputePrecision precision, bool recompute)
    {
        using var model = Build(tiny, precision, recompute);
        var loss = Step(tiny, model);
        return [loss, .. model.Parameters.Infos.SelectMany(model.Parameters.GradientValues)];
    }

    private static HubertModel Build(TinyModel tiny, ComputePrecision precision, bool recompute)
    {
        var config = tiny.Config with
        {
            Dropout = 0.1,
            AttentionDropout = 0.1,
            ActivationDropout = 0.1,
            EncoderLayerdrop = 0.1,
            CheckpointActivations = recompute,
        };
        var model = new HubertModel(config, tiny.Task, tiny.Model.ClassesPerLabelSet, precision);
        model.Initialise(1);
        return model;
    }

    private static float Step(TinyModel tiny, HubertModel model)
    {
        using var scope = torch.NewDisposeScope();
        model.Parameters.ZeroGradients();
        var result = model.Loss(tiny.Batch(0), tiny.Criterion, new StepContext(Training: true, 3, ScoreUnmasked: true));
        result.Loss.backward();
        return result.Loss.ToSingle();
    }
}
