using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>
/// A convolution whose results are each made of two neighbours, y(t) = A x(t) + B x(t + 1), with three products for two results in place of
/// four (Winograd 1980, F(2, 2)): with z = (A + B) x(t + 1), y(t) = z + A (x(t) − x(t + 1)) and y(t + 1) = z + B (x(t + 2) − x(t + 1)).
/// </summary>
internal sealed unsafe class NeighbourProduct : IDisposable
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

    public int Columns => _both.Columns;

    /// <summary>Numbers that <see cref="Run"/> needs for so many results.</summary>
    public long Scratch(int rows, long rowStride) =>
        (2 * Differences(rows, rowStride)) + ((((rows + 1L) / 2) + TapProduct.TileRows) * Padded);

    private int Padded => _both.Panels * PackedTaps.Panel;

    /// <param name="a">x of the first result, and the others behind it; two tiles more than there are must be readable.</param>
    /// <param name="rowStride">Numbers of an x, its gaps counted.</param>
    /// <param name="tapStride">Numbers from a tap to the next.</param>
    /// <param name="rows">Results.</param>
    /// <param name="c">The results.</param>
    /// <param name="apart">Numbers from a result to the next.</param>
    /// <param name="scratch">For what lies between.</param>
    public void Run(float* a, long rowStride, long tapStride, int rows, float* c, long apart, float* scratch)
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
        TapProduct.Run(_both, a + rowStride, 2 * rowStride, tapStride, pairs, shared, Padded);
        TapProduct.Run(_first, (float*)before, rowStride, tapStride, pairs, c, 2 * apart, shared, Padded);
        TapProduct.Run(_second, (float*)behind, rowStride, tapStride, rows / 2, c + apart, 2 * apart, shared, Padded);
    }

    public void Dispose()
    {
        _both.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private static long Differences(int rows, long rowStride) => (((rows + 1L) / 2) + TapProduct.TileRows) * rowStride;

    private static void Subtract(float* left, float* right, float* target, long count)
    {
        if (Lanes.AreWide)
            Subtract<Lanes512>(left, right, target, count);
        else
            Subtract<Lanes256>(left, right, target, count);
    }

    private static void Subtract<TLanes>(float* left, float* right, float* target, long count)
        where TLanes : struct, ILanes<TLanes>
    {
        var i = 0L;
        for (; i <= count - Lanes.Width; i += Lanes.Width)
            (TLanes.Load(left + i) - TLanes.Load(right + i)).Store(target + i);
        for (; i < count; i++)
            target[i] = left[i] - right[i];
    }
}
