using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>A transposed convolution of twice the stride's taps, cut so that S inputs become S × stride.</summary>
internal sealed class TransposedConvolution : SeanetLayer
{
    private readonly Tensor _weight, _bias;
    private readonly int _stride;

    /// <param name="weights">Has <c>NAME.convtr.convtr.weight_g</c>, <c>weight_v</c> and <c>bias</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">In and out.</param>
    /// <param name="stride">Outputs of an input.</param>
    public TransposedConvolution(LayerWeights weights, string name, (int In, int Out) channels, int stride)
    {
        _weight = weights.TakeNormed($"{name}.convtr.convtr", channels.In, channels.Out, 2 * stride);
        _bias = weights.Take($"{name}.convtr.convtr.bias", channels.Out);
        _stride = stride;
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var left = _stride - (_stride / 2);
        return conv_transpose1d(x, _weight, _bias, _stride).narrow(-1, left, x.shape[^1] * _stride).MoveToOuterDisposeScope();
    }

    public override long Spoiled(long inputs) => (inputs + 1) * _stride;
}
