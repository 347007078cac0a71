using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>
/// A <see cref="ResidualUnit"/>: the frames between its convolutions never leave the caches, and the pointwise convolution and the
/// shortcut are one product.
/// </summary>
internal sealed unsafe class FrameResidual : FrameLayer
{
    private readonly RowActivation _first, _second;
    private readonly PaddedWindow _window;
    private readonly WindowProduct _inner;
    private readonly PackedTaps _outer;

    /// <param name="activations">Before the first and the second convolution.</param>
    /// <param name="window">Of the first convolution, whose stride is 1.</param>
    /// <param name="inner">The first convolution's weight [C / 2, C, J] and bias.</param>
    /// <param name="outer">The pointwise convolution's [C, C / 2, 1] and bias.</param>
    /// <param name="shortcut">The shortcut's [C, C, 1] and bias.</param>
    public FrameResidual((RowActivation First, RowActivation Second) activations, PaddedWindow window,
        (Tensor Weight, Tensor Bias) inner, (Tensor Weight, Tensor Bias) outer, (Tensor Weight, Tensor Bias) shortcut)
    {
        using var scope = NewDisposeScope();
        ((_first, _second), _window) = (activations, window);
        _inner = FrameConvolution.Product(window, inner.Weight, inner.Bias);
        _outer = PackedTaps.Of(cat([outer.Weight, shortcut.Weight], 1), outer.Bias.add(shortcut.Bias, Scalars.One));
    }

    public override Tensor Forward(Tensor x)
    {
        var (length, channels, hidden) = (x.shape[0], (int)x.shape[1], _inner.Columns);
        var left = _window.Around(length).Left;
        var result = empty(length, channels);
        var (source, target) = ((nint)TensorPointer.Singles(x), (nint)TensorPointer.Singles(result));
        var (apart, both) = (TapProduct.Stride(channels, 1), TapProduct.Stride(hidden + channels, 1));
        var tile = TapProduct.TileRows;
        RowParts.Run(length, FrameScratch.Rows(apart + both, 2 * tile), (first, count) =>
        {
            var (heardNumbers, bothNumbers) = ((count + (2L * tile) + _window.Reach) * apart, (count + (long)tile) * both);
            FrameScratch.Use(heardNumbers + bothNumbers + _inner.Scratch(count, apart), scratch =>
            {
                var frames = (float*)scratch;
                var pairs = frames + heardNumbers;
                var heard = new HeardRows((float*)source, length, channels, _window.Reflected(length), _first);
                heard.Write(first - left, count - 1L + _window.Reach, frames, apart);
                _inner.Run(frames, apart, apart, count, pairs, both, pairs + bothNumbers);
                for (var i = 0; i < count; i++)
                    _second.Run(pairs + ((long)i * both), pairs + ((long)i * both), hidden);
                heard.Write(first, count, pairs + hidden, both, activates: false);
                TapProduct.Run(_outer, pairs, both, both, count, (float*)target + (first * channels), channels);
            });
        });
        GC.KeepAlive(x);
        return result;
    }

    public override void Dispose()
    {
        _inner.Dispose();
        _outer.Dispose();
    }
}
