using HubertSharp.SpeechTokenizer.Seanet.Frames;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>A dilated convolution to half the channels and a pointwise one back, beside a pointwise shortcut.</summary>
internal sealed class ResidualUnit : SeanetLayer
{
    private readonly Activation _first, _second;
    private readonly PaddedConvolution _inner, _outer, _shortcut;
    private readonly LayerStack _block;

    /// <param name="weights">Has the layers <c>NAME.block.0</c> to <c>3</c> and <c>NAME.shortcut</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">In and out.</param>
    /// <param name="config">Of the network.</param>
    /// <param name="dilation">Of the first convolution.</param>
    public ResidualUnit(LayerWeights weights, string name, int channels, TokenizerConfig config, int dilation)
    {
        var hidden = channels / 2;
        _first = new Activation(weights, $"{name}.block.0", channels, config.IsSnake);
        _inner = new PaddedConvolution(weights, $"{name}.block.1", (channels, hidden), config.ResidualKernel, dilation: dilation);
        _second = new Activation(weights, $"{name}.block.2", hidden, config.IsSnake);
        _outer = new PaddedConvolution(weights, $"{name}.block.3", (hidden, channels), kernel: 1);
        _block = new LayerStack([_first, _inner, _second, _outer]);
        _shortcut = new PaddedConvolution(weights, $"{name}.shortcut", (channels, channels), kernel: 1);
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _block.Forward(x).add_(_shortcut.Forward(x), Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The same over frames.</summary>
    public FrameResidual OverFrames()
    {
        var over = new FrameResidual((_first.OverRows(), _second.OverRows()), _inner.Window, _inner.Parameters, _outer.Parameters,
            _shortcut.Parameters);
        foreach (var convolution in (PaddedConvolution[])[_inner, _outer, _shortcut])
            convolution.Release();
        return over;
    }

    public override long Spoiled(long inputs) => _block.Spoiled(inputs);
}
