using HubertSharp.Tensors.Kernels;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>
/// A <see cref="TransposedConvolution"/>, and the activation before it: what lies between two frames is made of both, so that each pair
/// of neighbours gives the next outputs of one stride.
/// </summary>
internal sealed unsafe class FrameTransposed : FrameLayer
{
    private readonly RowActivation? _activation;
    private readonly NeighbourProduct _product;
    private readonly int _stride, _outputs;

    /// <param name="activation">Or none.</param>
    /// <param name="stride">Outputs of a frame.</param>
    /// <param name="weight">[C, C', 2 · stride].</param>
    /// <param name="bias">[C'].</param>
    public FrameTransposed(RowActivation? activation, int stride, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        (_activation, _stride, _outputs) = (activation, stride, (int)weight.shape[1]);
        // the frame before gives the second half of its taps, the frame itself the first
        var halves = weight.view(weight.shape[0], _outputs, 2, stride).permute(2, 0, 3, 1).reshape(2, weight.shape[0], -1);
        _product = new NeighbourProduct(halves[1], halves[0], bias.repeat(stride), taps: 1);
    }

    public override Tensor Forward(Tensor x)
    {
        var (length, channels) = (x.shape[0], (int)x.shape[1]);
        var all = empty((length + 1) * _stride, _outputs);
        var (source, target) = ((nint)TensorPointer.Singles(x), (nint)TensorPointer.Singles(all));
        var apart = TapProduct.Stride(channels, 1);
        var tile = TapProduct.TileRows;
        RowParts.Run(length + 1, FrameScratch.Rows(apart, 2 * tile), (first, count) =>
        {
            var numbers = (count + (2L * tile) + 1) * apart;
            FrameScratch.Use(numbers + _product.Scratch(count, apart), scratch =>
            {
                var heard = new HeardRows((float*)source, length, channels, reflected: 0, _activation);
                heard.Write(first - 1, count + 1L, (float*)scratch, apart);
                _product.Run((float*)scratch, apart, apart, count, (float*)target + (first * _product.Columns), _product.Columns,
                    (float*)scratch + numbers);
            });
        });
        GC.KeepAlive(x);
        var result = all.narrow(0, _stride - (_stride / 2), length * _stride);
        all.Dispose();
        return result;
    }

    public override void Dispose() => _product.Dispose();
}
