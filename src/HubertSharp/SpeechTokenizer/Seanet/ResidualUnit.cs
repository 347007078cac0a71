using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>A dilated convolution to half the channels and a pointwise one back, beside a pointwise shortcut.</summary>
internal sealed class ResidualUnit : SeanetLayer
{
    private readonly LayerStack _block;
    private readonly PaddedConvolution _shortcut;

    /// <param name="weights">Has the layers <c>NAME.block.0</c> to <c>3</c> and <c>NAME.shortcut</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">In and out.</param>
    /// <param name="config">Of the network.</param>
    /// <param name="dilation">Of the first convolution.</param>
    public ResidualUnit(LayerWeights weights, string name, int channels, TokenizerConfig config, int dilation)
    {
        var hidden = channels / 2;
        _block = new LayerStack(
        [
            new Activation(weights, $"{name}.block.0", channels, config.IsSnake),
            new PaddedConvolution(weights, $"{name}.block.1", (channels, hidden), config.ResidualKernel, dilation: dilation),
            new Activation(weights, $"{name}.block.2", hidden, config.IsSnake),
            new PaddedConvolution(weights, $"{name}.block.3", (hidden, channels), kernel: 1),
        ]);
        _shortcut = new PaddedConvolution(weights, $"{name}.shortcut", (channels, channels), kernel: 1);
    }

    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _block.Forward(x).add_(_shortcut.Forward(x), Scalars.One).MoveToOuterDisposeScope();
    }

    public override long Spoiled(long inputs) => _block.Spoiled(inputs);
}
