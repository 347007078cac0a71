using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// A convolution whose input is padded by reflection so that S samples become ceil(S / stride): the odd sample of the padding comes on the
/// left, what the last frame lacks on the right.
/// </summary>
internal sealed class PaddedConvolution : SeanetLayer
{
    private const int MostPhases = 4;

    private readonly Tensor _weight, _bias;
    private readonly int _stride, _dilation, _reach;

    /// <param name="weights">Has <c>NAME.conv.conv.weight_g</c>, <c>weight_v</c> and <c>bias</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">In and out.</param>
    /// <param name="kernel">Taps.</param>
    public PaddedConvolution(
        LayerWeights weights, string name, (int In, int Out) channels, int kernel, int stride = 1, int dilation = 1)
    {
        _weight = weights.TakeNormed($"{name}.conv.conv", channels.Out, channels.In, kernel);
        _bias = weights.Take($"{name}.conv.conv.bias", channels.Out);
        (_stride, _dilation, _reach) = (stride, dilation, ((kernel - 1) * dilation) + 1);
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var length = x.shape[^1];
        var padding = _reach - _stride;
        // the released program computes the number of frames with the padding that is then split
        var frames = (length - _reach + padding + _stride - 1) / _stride + 1;
        var lacking = ((frames - 1) * _stride) + (_reach - padding) - length;
        var right = padding / 2;
        var padded = Reflect(x, padding - right, right + lacking);
        return (ByPhases ? Phases(padded) : conv1d(padded, _weight, _bias, _stride, dilation: _dilation)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Where a gradient is wanted, small strides are faster as channels: backwards there is no other way than a slow one.
    /// </summary>
    private bool ByPhases =>
        _stride is > 1 and <= MostPhases && _reach == 2 * _stride && _dilation == 1 && is_grad_enabled();

    /// <summary>What one stride of samples holds becomes channels, of which two neighbours are heard.</summary>
    private Tensor Phases(Tensor x)
    {
        var (channels, outputs) = (x.shape[1], _weight.shape[0]);
        var phases = x.reshape(x.shape[0], channels, -1, _stride).permute(0, 3, 1, 2).reshape(x.shape[0], _stride * channels, -1);
        var taps = _weight.view(outputs, channels, 2, _stride).permute(0, 3, 1, 2).reshape(outputs, _stride * channels, 2);
        return conv1d(phases, taps, _bias);
    }

    public override long Spoiled(long inputs)
    {
        var side = Math.Max(0, _reach - _stride + 1) / 2;
        return (inputs + side + _stride - 1) / _stride;
    }

    /// <summary>A clip that is too short to be reflected gets zeros first, which are cut off again.</summary>
    private static Tensor Reflect(Tensor x, long left, long right)
    {
        if (left <= 0 && right <= 0)
            return x;
        var lacking = Math.Max(0, Math.Max(left, right) - x.shape[^1] + 1);
        if (lacking > 0)
            x = pad(x, [0, lacking]);
        var padded = pad(x, [left, right], PaddingModes.Reflect);
        return lacking > 0 ? padded.narrow(-1, 0, padded.shape[^1] - lacking) : padded;
    }
}
