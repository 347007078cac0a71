using HubertSharp.Models;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Transformer;

/// <summary>The batch norm before the positions, against the formula written out.</summary>
public sealed class PositionalNormTests
{
    private const int Width = 24, Rows = 2, Frames = 15;

    private static readonly ModelConfig s_config = new()
    {
        LabelRate = 50,
        EncoderLayers = 1,
        EncoderEmbedDim = Width,
        EncoderAttentionHeads = 2,
        ConvPos = 5,
        ConvPosGroups = 2,
        ConvPosBatchNorm = true,
    };

    [Fact]
    public void Training_takes_the_batch_and_the_running_statistics_follow()
    {
        using var model = Model();
        using var norm = new PositionalNorm(model.Parameters, Width, CPU);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var x = randn([Rows, Frames, Width], generator: generator).mul_(3).add_(2);
        var (values, y) = (Values(x), Values(norm.Forward(x, training: true)));
        var (mean, variance) = (Values(norm.Buffers[HubertBuffers.Mean]), Values(norm.Buffers[HubertBuffers.Variance]));
        for (var c = 0; c < Width; c++)
        {
            var channel = Enumerable.Range(0, Rows * Frames).Select(n => (double)values[(n * Width) + c]).ToArray();
            var centre = channel.Average();
            var squares = channel.Sum(v => (v - centre) * (v - centre));
            Assert.Equal((channel[7] - centre) / Math.Sqrt((squares / channel.Length) + 1e-5), y[(7 * Width) + c], 1e-4);
            Assert.Equal(0.1 * centre, mean[c], 1e-5);
            Assert.Equal(0.9 + (0.1 * squares / (channel.Length - 1)), variance[c], 1e-4);
        }
    }

    [Fact]
    public void Without_training_the_running_statistics_count_and_stay()
    {
        using var model = Model();
        using var norm = new PositionalNorm(model.Parameters, Width, CPU);
        using var scope = NewDisposeScope();
        norm.Buffers[HubertBuffers.Mean].fill_(2);
        norm.Buffers[HubertBuffers.Variance].fill_(4);
        var y = Values(norm.Forward(ones([1, 3, Width]), training: false));
        Assert.All(y, value => Assert.Equal(-1 / Math.Sqrt(4 + 1e-5), value, 1e-6));
        Assert.All(Values(norm.Buffers[HubertBuffers.Mean]), value => Assert.Equal(2, value));
    }

    /// <summary>The optimizer passes over such a batch; statistics that it had poisoned would stay so for ever.</summary>
    [Fact]
    public void A_batch_that_is_not_finite_leaves_no_trace()
    {
        using var model = Model();
        using var norm = new PositionalNorm(model.Parameters, Width, CPU);
        using var scope = NewDisposeScope();
        norm.Forward(full([1, 3, Width], float.NaN), training: true);
        Assert.All(Values(norm.Buffers[HubertBuffers.Mean]), value => Assert.Equal(0, value));
        Assert.All(Values(norm.Buffers[HubertBuffers.Variance]), value => Assert.Equal(1, value));
    }

    /// <summary>A pass that trains reaches the norm's parameters and the convolution's; buffers come through a checkpoint.</summary>
    [Fact]
    public void A_model_with_it_trains_and_is_kept()
    {
        using var model = Model();
        var batch = new HubertBatch(new float[2 * 8000].Select((_, i) => MathF.Sin(i * 0.01f * (1 + (i % 7)))).ToArray(), [8000, 7000],
            [[.. Enumerable.Range(0, 48).Select(i => 4L + (i % 5))]], mask: null);
        using (NewDisposeScope())
            model.Loss(batch, new CriterionConfig(), new StepContext(true, 1, false)).Loss.backward();
        foreach (var info in model.Parameters.Infos.Where(info => info.Name.Contains("pos_conv", StringComparison.Ordinal)))
            Assert.Contains(model.Parameters.GradientValues(info), value => value != 0);
        Assert.Equal(["encoder.pos_conv.0.weight", "encoder.pos_conv.0.bias", "encoder.pos_conv.1.weight", "encoder.pos_conv.1.bias"],
            model.Parameters.Infos.Select(info => info.Name).Where(name => name.Contains("pos_conv", StringComparison.Ordinal)));
        using var folder = new TemporaryFolder();
        HubertCheckpoint.Write(folder.At(), model);
        using var read = HubertCheckpoint.Read(folder.At(), ComputePrecision.Float32);
        foreach (var (name, buffer) in model.Buffers)
        {
            Assert.NotEqual(name == HubertBuffers.Mean ? 0 : 1, Values(buffer)[0]);
            Assert.Equal(Values(buffer), Values(read.Buffers[name]));
        }
    }

    private static HubertModel Model()
    {
        var model = new HubertModel(s_config, new TaskConfig(), [9], ComputePrecision.Float32);
        model.Initialise(1);
        return model;
    }

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().view(-1).data<float>().ToArray();
}
