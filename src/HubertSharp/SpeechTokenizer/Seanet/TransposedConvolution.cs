using HubertSharp.SpeechTokenizer.Seanet.Frames;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>A transposed convolution of twice the stride's taps, cut so that S inputs become S × stride.</summary>
internal sealed class TransposedConvolution : SeanetLayer
{
    private const int MostPhases = 4;

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
        x = x.to_type(_weight.dtype);
        var left = _stride - (_stride / 2);
        var all = _stride <= MostPhases ? Phases(x) : conv_transpose1d(x, _weight, _bias, _stride);
        return all.narrow(-1, left, x.shape[^1] * _stride).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The outputs of one input's stride as channels, made of two neighbours: for small strides faster than what torch has for it.
    /// </summary>
    private Tensor Phases(Tensor x)
    {
        var (inputs, outputs) = (_weight.shape[0], _weight.shape[1]);
        var taps = _weight.view(inputs, outputs, 2, _stride).flip(2).permute(3, 1, 0, 2).reshape(_stride * outputs, inputs, 2);
        var phases = conv1d(x, taps, _bias.repeat(_stride), padding: 1); // [B, stride · C, S + 1]
        return phases.view(x.shape[0], _stride, outputs, -1).permute(0, 2, 3, 1).reshape(x.shape[0], outputs, -1);
    }

    /// <summary>The same over frames, and the activation before it.</summary>
    public FrameTransposed OverFrames(RowActivation? before)
    {
        var over = new FrameTransposed(before, _stride, _weight, _bias);
        _weight.Dispose();
        return over;
    }

    public override long Spoiled(long inputs) => (inputs + 1) * _stride;
}
