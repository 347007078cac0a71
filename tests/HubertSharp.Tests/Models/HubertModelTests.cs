using HubertSharp.Models;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tests.Tensors;
using HubertSharp.Training.Updates;
using TorchSharp;

namespace HubertSharp.Tests.Models;

/// <summary>Every option runs, changes what it should, and is a function of the seed.</summary>
public class HubertModelTests
{
    private static readonly ModelConfig Small = new()
    {
        LabelRate = 50,
        ConvFeatureLayers = ConvLayerSpec.Parse("[(32,10,5)] + [(32,3,2)] * 4 + [(32,2,2)] * 2"),
        EncoderLayers = 2,
        EncoderEmbedDim = 24,
        EncoderFfnEmbedDim = 32,
        EncoderAttentionHeads = 3,
        ConvPos = 9,
        ConvPosGroups = 4,
        FinalDim = 8,
        MaskProb = 0.8,
        Dropout = 0,
        AttentionDropout = 0,
    };

    private static readonly TaskConfig Task = new() { Labels = ["a", "b"] };
    private static readonly int[] Classes = [14, 9];
    private static readonly CriterionConfig Criterion = new() { LossWeights = [10] };

    [Fact]
    public void Every_dropout_is_a_function_of_the_seed_and_acts_in_training_only()
    {
        using var model = Build(Small with
        {
            Dropout = 0.3,
            AttentionDropout = 0.2,
            ActivationDropout = 0.1,
            DropoutInput = 0.1,
            EncoderLayerdrop = 0.4,
        });
        var first = LossAndGradients(model, new StepContext(true, 1, false));
        Assert.Equal(first, LossAndGradients(model, new StepContext(true, 1, false)));
        Assert.NotEqual(first, LossAndGradients(model, new StepContext(true, 2, false)));
        var mask = MaskIndices.Draw([49, 37], 49, MaskSettings.OfFrames(Small), 3);
        Assert.Equal(LossAndGradients(model, new StepContext(false, 1, false), mask: mask),
            LossAndGradients(model, new StepContext(false, 2, false), mask: mask));
        Assert.NotEqual(LossAndGradients(model, new StepContext(true, 1, false), mask: mask),
            LossAndGradients(model, new StepContext(true, 2, false), mask: mask));
    }

    [Theory]
    [InlineData("dropout")]
    [InlineData("attention")]
    [InlineData("activation")]
    [InlineData("input")]
    public void Each_dropout_acts(string which)
    {
        using var model = Build(which switch
        {
            "dropout" => Small with { Dropout = 0.3 },
            "attention" => Small with { AttentionDropout = 0.3 },
            "activation" => Small with { ActivationDropout = 0.3 },
            _ => Small with { DropoutInput = 0.3 },
        });
        Assert.NotEqual(LossAndGradients(model, new StepContext(true, 1, false))[0],
            LossAndGradients(model, new StepContext(false, 1, false))[0]);
    }

    [Fact]
    public void Dropped_layers_have_no_gradient()
    {
        using var model = Build(Small with { EncoderLayerdrop = 1 });
        LossAndGradients(model, new StepContext(true, 1, false));
        foreach (var info in model.Parameters.Infos.Where(i => i.Name.Contains("layers.", StringComparison.Ordinal)
            && i.Name.StartsWith("encoder.", StringComparison.Ordinal)))
            Assert.All(model.Parameters.GradientValues(info), g => Assert.Equal(0, g));
        Assert.Contains(model.Parameters.GradientValues(model.Parameters.Infos.Single(i => i.Name == "mask_emb")), g => g != 0);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("large")]
    [InlineData("bias")]
    [InlineData("glu")]
    [InlineData("tied")]
    [InlineData("unmasked")]
    public void Every_parameter_learns(string which)
    {
        var config = which switch
        {
            "large" => Small with { ExtractorMode = "layer_norm", LayerNormFirst = true, UntieFinalProj = true },
            "bias" => Small with { ExtractorMode = "layer_norm", ConvBias = true, UntieFinalProj = true },
            "glu" => Small with { TargetGlu = true, UntieFinalProj = true },
            "tied" => Small,
            _ => Small with { UntieFinalProj = true },
        };
        foreach (var precision in (ComputePrecision[])[ComputePrecision.Float32, ComputePrecision.BFloat16])
        {
            using var model = Build(config, precision);
            var values = LossAndGradients(model, new StepContext(true, 1, true),
                which == "unmasked" ? Criterion with { PredNomaskWeight = 0.5 } : Criterion);
            Assert.All(values, v => Assert.True(float.IsFinite(v)));
            foreach (var info in model.Parameters.Infos)
                Assert.True(model.Parameters.GradientValues(info).Any(g => g != 0), info.Name);
        }
    }

    [Fact]
    public void A_processor_refuses_fp16() =>
        Assert.Equal("precision", Assert.Throws<ArgumentException>(() => Build(Small, ComputePrecision.Float16).Dispose()).ParamName);

    [Fact]
    public void A_gradient_multiplier_of_zero_freezes_the_front_end()
    {
        using var frozen = Build(Small with { FeatureGradMult = 0 });
        LossAndGradients(frozen, new StepContext(true, 1, false));
        foreach (var info in frozen.Parameters.Infos.Where(i => i.Name.StartsWith("feature_extractor", StringComparison.Ordinal)))
            Assert.All(frozen.Parameters.GradientValues(info), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Masked_channels_are_zeroed()
    {
        using var plain = Build(Small);
        using var masked = Build(Small with { MaskChannelProb = 0.5, MaskChannelLength = 4 });
        Assert.NotEqual(LossAndGradients(plain, new StepContext(true, 1, false))[0],
            LossAndGradients(masked, new StepContext(true, 1, false))[0]);
        Assert.Equal(LossAndGradients(masked, new StepContext(true, 1, false)), LossAndGradients(masked, new StepContext(true, 1, false)));
    }

    [Fact]
    public void Skipped_losses_are_absent()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Build(Small with { SkipNomask = true });
        Assert.Empty(model.Loss(Batch(), Criterion, new StepContext(true, 1, true)).Unmasked);
        using var other = Build(Small with { SkipMasked = true });
        var result = other.Loss(Batch(), Criterion with { PredNomaskWeight = 1 }, new StepContext(true, 1, true));
        Assert.Empty(result.Masked);
        Assert.Equal(result.Unmasked[0].Count, result.SampleSize);
    }

    [Fact]
    public void Scoring_unmasked_frames_changes_no_gradient()
    {
        using var model = Build(Small);
        Assert.Equal(LossAndGradients(model, new StepContext(true, 1, false)), LossAndGradients(model, new StepContext(true, 1, true)));
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var model = Build(Small with { Dropout = 0.1, AttentionDropout = 0.1 });
        using var adam = new FairseqAdam(model.Parameters, new AdamConfig());
        LossAndGradients(model, new StepContext(true, 0, true));
        var counts = new List<long>();
        for (var step = 1; step < 6; step++)
        {
            LossAndGradients(model, new StepContext(true, (ulong)step, true));
            adam.Update(1e-3);
            counts.Add(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }
        Assert.All(counts, count => Assert.Equal(counts[0], count));
    }

    [Fact]
    public void Faults_name_what_is_wrong()
    {
        using var model = Build(Small);
        var labels = Assert.Throws<UserException>(() => model.Loss(Batch(firstLabel: 99), Criterion, default));
        Assert.Equal(
            "task.labels: label id out of range in label set 0 (expected 0 to 13, found 99); "
            + "check the dictionary with 'hubert labels check'", labels.Message);
        var clip = Assert.Throws<UserException>(() => model.ExtractFeatures(new float[399]));
        Assert.Equal("399 samples make no frame; leave out clips shorter than task.min_sample_size", clip.Message);
        var heads = Assert.Throws<UserException>(() => Build(Small with { EncoderAttentionHeads = 5 }));
        Assert.Equal(
            "model.encoder_attention_heads: the widths do not fit (expected a divisor of model.encoder_embed_dim = 24, found 5); "
            + "change one of the two", heads.Message);
    }

    private static HubertModel Build(ModelConfig config, ComputePrecision precision = ComputePrecision.Float32)
    {
        var model = new HubertModel(config, Task, Classes, precision);
        model.Initialise(1);
        return model;
    }

    private static HubertBatch Batch(long firstLabel = 5, bool[]? mask = null)
    {
        var random = new SeededRandom(2);
        var source = Enumerable.Range(0, 2 * 16000).Select(_ => (float)(0.1 * random.NextNormal())).ToArray();
        Array.Clear(source, 28000, 4000);
        long[] Labels(int classes) => [.. Enumerable.Range(0, 100).Select(i => (long)(4 + i % (classes - 4)))];
        var first = Labels(Classes[0]);
        Array.Fill(first, firstLabel, 0, 50);
        return new HubertBatch(source, [16000, 12000], [first, Labels(Classes[1])], mask);
    }

    /// <summary>The loss, then all gradients.</summary>
    private static float[] LossAndGradients(HubertModel model, StepContext step, CriterionConfig? criterion = null, bool[]? mask = null)
    {
        using var scope = torch.NewDisposeScope();
        model.Parameters.ZeroGradients();
        var result = model.Loss(Batch(mask: mask), criterion ?? Criterion, step);
        result.Loss.backward();
        return [result.Loss.item<float>(), .. TensorAssert.Values(model.Parameters.Gradients)];
    }
}
