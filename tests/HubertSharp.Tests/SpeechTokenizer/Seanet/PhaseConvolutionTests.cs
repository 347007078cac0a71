using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tests.Tensors;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.Tests.SpeechTokenizer.Seanet;

/// <summary>Convolutions with strides that are computed as channels give what torch's own give.</summary>
public sealed class PhaseConvolutionTests
{
    [Theory]
    [InlineData(2, 37)]
    [InlineData(3, 30)]
    [InlineData(4, 3)]
    [InlineData(5, 41)]
    public void A_stride_is_the_same_with_and_without_gradients(int stride, int samples)
    {
        using var scope = torch.NewDisposeScope();
        using var weights = new GivenWeights();
        var layer = new PaddedConvolution(weights, "a", (3, 6), 2 * stride, stride);
        var x = torch.randn(2, 3, samples);
        var learnt = layer.Forward(x);
        using var guard = torch.no_grad();
        Assert.Equal((samples + stride - 1) / stride, learnt.shape[2]);
        Near(layer.Forward(x), learnt.detach());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_transposed_stride_is_torchs(int stride)
    {
        using var scope = torch.NewDisposeScope();
        using var weights = new GivenWeights();
        var layer = new TransposedConvolution(weights, "a", (4, 3), stride);
        var x = torch.randn(2, 4, 9);
        var (weight, bias) = (weights["a.convtr.convtr"], weights["a.convtr.convtr.bias"]);
        Near(conv_transpose1d(x, weight, bias, stride).narrow(2, stride - (stride / 2), 9 * stride), layer.Forward(x));
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        TensorAssert.Near(TensorAssert.Values(expected), TensorAssert.Values(actual), 1e-5, "outputs");
    }

    private sealed class GivenWeights : LayerWeights
    {
        private readonly Dictionary<string, torch.Tensor> _made = new(StringComparer.Ordinal);

        public torch.Tensor this[string name] => _made[name];

        public override torch.Tensor Take(string name, params long[] shape) => _made[name] = torch.randn(shape);

        public override torch.Tensor TakeNormed(string name, params long[] shape) => Take(name, shape);

        public override void Dispose()
        {
        }
    }
}
