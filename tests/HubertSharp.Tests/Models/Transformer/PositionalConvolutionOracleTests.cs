using HubertSharp.Models;
using HubertSharp.Models.Transformer;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Tests.Models.Transformer;

/// <summary>The convolution by FFT against conv1d: results, input gradients and parameter gradients.</summary>
public class PositionalConvolutionOracleTests
{
    [Theory]
    [InlineData(24, 2, 5, 19, 3)] // an odd kernel
    [InlineData(24, 3, 16, 40, 2)] // several blocks
    [InlineData(24, 3, 16, 3, 1)] // fewer frames than taps
    [InlineData(32, 4, 1, 9, 2)]
    [InlineData(48, 3, 64, 130, 2)]
    public void Fft_is_conv1d(int width, int groups, int taps, int frames, int rows)
    {
        foreach (var (precision, tolerance) in new[] { (ComputePrecision.Float32, 3e-6), (ComputePrecision.BFloat16, 0.02) })
        {
            var config = new ModelConfig
            {
                LabelRate = 50,
                EncoderLayers = 1,
                EncoderEmbedDim = width,
                EncoderAttentionHeads = 2,
                ConvPos = taps,
                ConvPosGroups = groups,
            };
            using var model = new HubertModel(config, new TaskConfig(), [9], precision);
            model.Initialise(1);
            var plain = Run(model, (layer, x) => layer.Plain(x), rows, frames);
            var fused = Run(model, (layer, x) => layer.Fused(x), rows, frames);
            for (var i = 0; i < plain.Count; i++)
            {
                var difference = Math.Sqrt(plain[i].Zip(fused[i]).Sum(pair => Math.Pow(pair.First - pair.Second, 2))
                    / plain[i].Sum(value => (double)value * value));
                Assert.True(difference < tolerance, $"{precision}, value {i}: {difference:E2}");
            }
        }
    }

    private static List<float[]> Run(HubertModel model, Func<PositionalConvolution, Tensor, Tensor> convolve, int rows, int frames)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var type = model.Parameters.Precision == ComputePrecision.BFloat16 ? bfloat16 : float32;
        var x = randn([rows, frames, model.Config.EncoderEmbedDim], generator: generator).to_type(type).requires_grad_(true);
        model.Parameters.ZeroGradients();
        var y = convolve(new PositionalConvolution(model.Config, model.Parameters), x);
        y.backward([randn(y.shape, generator: generator).to_type(type)]);
        float[] Values(Tensor tensor) => tensor.detach().to_type(float32).contiguous().view(-1).data<float>().ToArray();
        return [Values(y), Values(x.grad!), .. model.Parameters.Infos
            .Where(info => info.Name.Contains("pos_conv", StringComparison.Ordinal)).Select(model.Parameters.GradientValues)];
    }
}
