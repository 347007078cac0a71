using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>
/// A convolution whose results are each made of two neighbours, y(t) = A x(t) + B x(t + 1), with three products for two results in place of
/// four (Winograd 1980, F(2, 2)): with z = (A + B) x(t + 1), y(t) = z + A (x(t) − x(t + 1)) and y(t + 1) = z + B (x(t + 2) − x(t + 1)).
/// </summary>
internal sealed unsafe class NeighbourProduct : WindowProduct
{
    private readonly PackedTaps _both, _first, _second;

    /// <param name="first">A, [J · I, N].</param>
    /// <param name="second">B, [J · I, N].</param>
    /// <param name="bias">[N].</param>
    /// <param name="taps">J.</param>
    public NeighbourProduct(Tensor first, Tensor second, Tensor bias, int taps)
    {
        using var scope = NewDisposeScope();
        _both = new PackedTaps(first.add(second, Scalars.One), bias, taps);
        (_first, _second) = (new PackedTaps(first, bias, taps), new PackedTaps(second, bias, taps));
    }

    public override int Columns => _both.Columns;

    public override long Scratch(int rows, long rowStride) =>
        (2 * Differences(rows, rowStride)) + ((((rows + 1L) / 2) + TapProduct.TileRows) * Padded);

    private int Padded => _both.Panels * PackedTaps.Panel;

    /// <summary>The x of a result is all that its stride holds.</summary>
    public override void Run(float* a, long rowStride, long apart, int rows, float* c, long resultApart, float* scratch)
    {
        var pairs = (rows + 1) / 2;
        var (before, behind) = ((nint)scratch, (nint)(scratch + Differences(rows, rowStride)));
        var shared = scratch + (2 * Differences(rows, rowStride));
        for (var pair = 0; pair < pairs; pair++)
        {
            var middle = a + (((2L * pair) + 1) * rowStride);
            Subtract(middle - rowStride, middle, (float*)before + (pair * rowStride), rowStride);
            if ((2 * pair) + 1 < rows)
                Subtract(middle + rowStride, middle, (float*)behind + (pair * rowStride), rowStride);
        }
        TapProduct.Run(_both, a + rowStride, 2 * rowStride, apart, pairs, shared, Padded);
        TapProduct.Run(_first, (float*)before, rowStride, apart, pairs, c, 2 * resultApart, shared, Padded);
        TapProduct.Run(_second, (float*)behind, rowStride, apart, rows / 2, c + resultApart, 2 * resultApart, shared,
            Padded);
    }

    public override void Dispose()
    {
        _both.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private static long Differences(int rows, long rowStride) => (((rows + 1L) / 2) + TapProduct.TileRows) * rowStride;
}
