using HubertSharp.SpeechTokenizer.Seanet.Frames;
using HubertSharp.Tensors.Kernels.Convolutions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// A convolution whose input is padded by reflection so that S samples become ceil(S / stride): see <see cref="PaddedWindow"/>.
/// </summary>
internal sealed class PaddedConvolution : SeanetLayer
{
    private const int MostPhases = 4;

    private readonly Tensor _weight, _bias;
    private readonly PaddedWindow _window;

    /// <param name="weights">Has <c>NAME.conv.conv.weight_g</c>, <c>weight_v</c> and <c>bias</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">In and out.</param>
    /// <param name="kernel">Taps.</param>
    public PaddedConvolution(
        LayerWeights weights, string name, (int In, int Out) channels, int kernel, int stride = 1, int dilation = 1)
    {
        _weight = weights.TakeNormed($"{name}.conv.conv", channels.Out, channels.In, kernel);
        _bias = weights.Take($"{name}.conv.conv.bias", channels.Out);
        _window = new PaddedWindow(stride, dilation, ((kernel - 1) * dilation) + 1);
    }

    public PaddedWindow Window => _window;

    /// <summary>[C', C, J], and [C'].</summary>
    public (Tensor Weight, Tensor Bias) Parameters => (_weight, _bias);

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (_, left, right) = _window.Around(x.shape[^1]);
        var padded = Reflect(x.to_type(_weight.dtype), left, right);
        return (ByPhases ? Phases(padded) : conv1d(padded, _weight, _bias, _window.Stride, dilation: _window.Dilation))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The same over frames, and the activation before it.</summary>
    public FrameConvolution OverFrames(RowActivation? before)
    {
        var over = new FrameConvolution(before, _window, _weight, _bias);
        Release();
        return over;
    }

    /// <summary>Lets the weight go, once it is packed.</summary>
    public void Release() => _weight.Dispose();

    /// <summary>
    /// Where a gradient is wanted, small strides are faster as channels: backwards there is no other way than a slow one.
    /// </summary>
    private bool ByPhases =>
        _window is { Stride: > 1 and <= MostPhases, Dilation: 1 } && _window.Reach == 2 * _window.Stride && is_grad_enabled();

    /// <summary>What one stride of samples holds becomes channels, of which two neighbours are heard.</summary>
    private Tensor Phases(Tensor x)
    {
        var (channels, outputs, stride) = (x.shape[1], _weight.shape[0], _window.Stride);
        var phases = x.reshape(x.shape[0], channels, -1, stride).permute(0, 3, 1, 2).reshape(x.shape[0], stride * channels, -1);
        var taps = _weight.view(outputs, channels, 2, stride).permute(0, 3, 1, 2).reshape(outputs, stride * channels, 2);
        return conv1d(phases, taps, _bias);
    }

    public override long Spoiled(long inputs)
    {
        var side = Math.Max(0, _window.Reach - _window.Stride + 1) / 2;
        return (inputs + side + _window.Stride - 1) / _window.Stride;
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
