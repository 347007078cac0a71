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
    private readonly PackedTaps? _matrix = window.HasNeighbours ? null : Packed(weight, bias);
    private readonly NeighbourProduct? _neighbours = window.HasNeighbours ? Neighbours(weight, bias) : null;
    private readonly int _outputs = (int)weight.shape[0];

    public override Tensor Forward(Tensor x)
    {
        var (length, channels) = (x.shape[0], (int)x.shape[1]);
        var (frames, left, _) = window.Around(length);
        var result = empty(frames, _outputs);
        var (source, target) = ((nint)TensorPointer.Singles(x), (nint)TensorPointer.Singles(result));
        var apart = HeardRows.Stride(channels, window.Stride);
        var tile = TapProduct.TileRows;
        var rowStride = (long)apart * window.Stride;
        RowParts.Run(frames, FrameScratch.Rows(rowStride, 2 * tile), (first, count) =>
        {
            var numbers = ((count + (2L * tile)) * rowStride) + ((long)window.Reach * apart);
            FrameScratch.Use(numbers + (_neighbours?.Scratch(count, rowStride) ?? 0), scratch =>
            {
                var heard = new HeardRows((float*)source, length, channels, window.Reflected(length), activation);
                heard.Write((first * window.Stride) - left, ((count - 1L) * window.Stride) + window.Reach, (float*)scratch, apart);
                var to = (float*)target + (first * _outputs);
                if (_neighbours is not null)
                    _neighbours.Run((float*)scratch, rowStride, apart, count, to, _outputs, (float*)scratch + numbers);
                else
                    TapProduct.Run(_matrix!, (float*)scratch, rowStride, (long)apart * window.Dilation, count, to, _outputs);
            });
        });
        GC.KeepAlive(x);
        return result;
    }

    public override void Dispose()
    {
        _matrix?.Dispose();
        _neighbours?.Dispose();
    }

    /// <summary>The matrix of a convolution.</summary>
    public static PackedTaps Packed(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return new PackedTaps(weight.permute(2, 1, 0).reshape(-1, weight.shape[0]), bias, (int)weight.shape[2]);
    }

    /// <summary>What a stride holds is one neighbour, what the next one holds the other.</summary>
    private static NeighbourProduct Neighbours(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var halves = weight.permute(2, 1, 0).reshape(2, -1, weight.shape[0]);
        return new NeighbourProduct(halves[0], halves[1], bias, (int)weight.shape[2] / 2);
    }
}
