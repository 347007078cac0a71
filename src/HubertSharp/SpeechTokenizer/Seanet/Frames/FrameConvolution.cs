using HubertSharp.Tensors.Kernels;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>A <see cref="PaddedConvolution"/>, and the activation before it.</summary>
/// <param name="activation">Or none.</param>
/// <param name="window">Stride, dilation and reach.</param>
/// <param name="weight">[C', C, J].</param>
/// <param name="bias">[C'].</param>
internal sealed unsafe class FrameConvolution(RowActivation? activation, PaddedWindow window, Tensor weight, Tensor bias) : FrameLayer
{
    private const int FewNumbers = 16;

    private readonly WindowProduct _product = Product(window, weight, bias);

    public override Tensor Forward(Tensor x)
    {
        var (length, channels) = (x.shape[0], (int)x.shape[1]);
        var (frames, left, _) = window.Around(length);
        var (outputs, result) = (_product.Columns, empty(frames, _product.Columns));
        var (source, target) = ((nint)TensorPointer.Singles(x), (nint)TensorPointer.Singles(result));
        var apart = TapProduct.Stride(channels, window.Stride);
        var tile = TapProduct.TileRows;
        var rowStride = (long)apart * window.Stride;
        RowParts.Run(frames, FrameScratch.Rows(rowStride, 2 * tile), (first, count) =>
        {
            var numbers = ((count + (2L * tile)) * rowStride) + ((long)window.Reach * apart);
            FrameScratch.Use(numbers + _product.Scratch(count, rowStride), scratch =>
            {
                var heard = new HeardRows((float*)source, length, channels, window.Reflected(length), activation);
                heard.Write((first * window.Stride) - left, ((count - 1L) * window.Stride) + window.Reach, (float*)scratch, apart);
                _product.Run((float*)scratch, rowStride, apart, count, (float*)target + (first * outputs), outputs,
                    (float*)scratch + numbers);
            });
        });
        GC.KeepAlive(x);
        return result;
    }

    public override void Dispose() => _product.Dispose();

    /// <summary>The way of a convolution that takes the fewest products.</summary>
    /// <param name="window">What a result hears.</param>
    /// <param name="weight">[C', C, J].</param>
    /// <param name="bias">[C'].</param>
    public static WindowProduct Product(PaddedWindow window, Tensor weight, Tensor bias) =>
        window.HasNeighbours ? Neighbours(weight, bias)
        : window is { Stride: 1, Dilation: 1, Reach: > 2 } && Math.Min(weight.shape[0], weight.shape[1]) >= FewNumbers
            ? new TripletProduct(weight, bias)
        : new PlainProduct(weight, bias, window.Dilation);

    /// <summary>What a stride holds is one neighbour, what the next one holds the other.</summary>
    private static NeighbourProduct Neighbours(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var halves = weight.permute(2, 1, 0).reshape(2, -1, weight.shape[0]);
        return new NeighbourProduct(halves[0], halves[1], bias, (int)weight.shape[2] / 2);
    }
}
