using HubertSharp.Models;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Transformer;

/// <summary>The hand-written layer against torch's own operators: results, input gradients and parameter gradients.</summary>
public class EncoderLayerOracleTests
{
    // widths of 32 · n have the same dropout masks on both paths; the odd ones test the ends of rows
    [Theory]
    [InlineData(64, 128, 4, 32, false, 0.25)]
    [InlineData(64, 128, 4, 32, true, 0.25)]
    [InlineData(24, 40, 3, 19, false, 0)]
    [InlineData(24, 40, 3, 19, true, 0)]
    [InlineData(48, 33, 2, 1, false, 0)]
    public void Fused_layer_is_the_plain_one(int width, int hidden, int heads, int frames, bool normFirst, double dropout)
    {
        foreach (var (precision, tolerance) in new[] { (ComputePrecision.Float32, 5e-6), (ComputePrecision.BFloat16, 0.04) })
        {
            var config = new ModelConfig
            {
                LabelRate = 50,
                EncoderLayers = 1,
                EncoderEmbedDim = width,
                EncoderFfnEmbedDim = hidden,
                EncoderAttentionHeads = heads,
                ConvPosGroups = 1,
                LayerNormFirst = normFirst,
                Dropout = dropout,
                AttentionDropout = dropout,
                ActivationDropout = dropout,
            };
            using var model = new HubertModel(config, new TaskConfig(), [9], precision);
            var random = new SeededRandom(4);
            model.Parameters.CopyFrom(info => [.. Enumerable.Range(0, (int)info.Count).Select(_ => (float)(0.3 * random.NextNormal()))]);
            var layer = new EncoderLayer(config, model.Parameters, 0);
            var plain = Run(model, layer.Plain, width, frames);
            var fused = Run(model, layer.Fused, width, frames);
            foreach (var (name, expected) in plain)
            {
                // a key's bias shifts all scores of a query: its true gradient is 0. One frame alone attends to itself whatever the scores.
                if (name.Contains("k_proj.bias", StringComparison.Ordinal) || (frames == 1
                    && (name.Contains("k_proj", StringComparison.Ordinal) || name.Contains("q_proj", StringComparison.Ordinal))))
                    continue;
                var difference = Math.Sqrt(expected.Zip(fused[name]).Sum(pair => Math.Pow(pair.First - pair.Second, 2))
                    / expected.Sum(value => (double)value * value));
                Assert.True(difference < tolerance, $"{precision} {name}: {difference:E2}");
            }
        }
    }

    [Fact]
    public void Padded_keys_get_no_weight()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel();
        var layer = new EncoderLayer(model.Config, model.Parameters, 0);
        using var guard = no_grad();
        var x = rand(1, 20, 24);
        var bias = zeros(1, 20);
        bias.narrow(1, 17, 3).fill_(Scalars.NegativeInfinity);
        var changed = x.clone();
        changed.narrow(1, 17, 3).fill_(Scalars.One);
        float[] First(Tensor y) => y.narrow(1, 0, 17).contiguous().view(-1).data<float>().ToArray();
        Assert.Equal(First(layer.Fused(x, bias, false, 1)), First(layer.Fused(changed, bias, false, 1)));
    }

    [Fact]
    public void Fused_device_attention_is_the_plain_one()
    {
        using var scope = NewDisposeScope();
        using var model = SmallModel();
        var layer = new EncoderLayer(model.Config, model.Parameters, 0);
        using var guard = no_grad();
        var x = rand(2, 20, 24);
        var bias = zeros(2, 20);
        bias[0].narrow(0, 17, 3).fill_(Scalars.NegativeInfinity);
        var difference = layer.PlainAttention(x, bias, (weights, _, _) => weights) - layer.DeviceAttention(x, bias, 0);
        Assert.True(difference.abs().max().item<float>() < 1e-6);
    }

    private static HubertModel SmallModel()
    {
        var config = new ModelConfig
        {
            LabelRate = 50,
            EncoderLayers = 1,
            EncoderEmbedDim = 24,
            EncoderFfnEmbedDim = 40,
            EncoderAttentionHeads = 3,
            ConvPosGroups = 1,
        };
        var model = new HubertModel(config, new TaskConfig(), [9], ComputePrecision.Float32);
        model.Initialise(2);
        return model;
    }

    private static Dictionary<string, float[]> Run(
        HubertModel model, Func<Tensor, Tensor?, bool, ulong, Tensor> layer, int width, int frames)
    {
        const int Rows = 3;
        using var scope = NewDisposeScope();
        var type = model.Parameters.Precision == ComputePrecision.BFloat16 ? bfloat16 : float32;
        using var generator = new Generator(5, CPU);
        var x = randn([Rows, frames, width], generator: generator).to_type(type).requires_grad_(true);
        var bias = zeros(Rows, frames);
        if (frames > 2)
            bias[1].narrow(0, frames - 2, 2).fill_(Scalars.NegativeInfinity);
        model.Parameters.ZeroGradients();
        var y = layer(x, bias, true, 77);
        y.backward([randn([Rows, frames, width], generator: generator).to_type(type)]);
        float[] Values(Tensor tensor) => tensor.detach().to_type(float32).contiguous().view(-1).data<float>().ToArray();
        var all = model.Parameters.Infos.Where(info => info.Group == 0).ToDictionary(info => info.Name, model.Parameters.GradientValues);
        all["result"] = Values(y);
        all["input"] = Values(x.grad!);
        return all;
    }
}
