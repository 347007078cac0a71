using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>
/// A convolution over frames as one product of matrices: row r of the results is the biases and, for each tap j, the numbers from
/// r · rowStride + j · tapStride on times the tap's rows of the matrix. Rows may share numbers, as windows that overlap do.
/// </summary>
internal static unsafe class TapProduct
{
    private const int PageNumbers = 1024, Gap = 16;

    /// <summary>Rows that are computed together: that many more than there are must be readable behind the last one.</summary>
    public static int TileRows => Lanes.AreWide ? WideTile.Rows : NarrowTile.Rows;

    /// <summary>
    /// Numbers from a frame to the next: rows a multiple of a page apart would fight for the same lines of the cache, so a gap is left.
    /// </summary>
    /// <param name="numbers">Of a frame.</param>
    /// <param name="frames">From a row to the next.</param>
    public static int Stride(int numbers, int frames) => numbers * frames % PageNumbers == 0 ? numbers + Gap : numbers;

    /// <param name="matrix">Taps and biases.</param>
    /// <param name="a">The first row's first tap.</param>
    /// <param name="rowStride">Numbers from a row to the next.</param>
    /// <param name="tapStride">Numbers from a tap to the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="c">The results, of as many columns as the matrix has.</param>
    /// <param name="apart">Numbers from a row of the results to the next.</param>
    /// <param name="start">What is added to, a row for each of the results, of whole panels; null for the biases.</param>
    /// <param name="startApart">Numbers from a row of it to the next.</param>
    public static void Run(PackedTaps matrix, float* a, long rowStride, long tapStride, int rows, float* c, long apart,
        float* start = null, long startApart = 0)
    {
        var (taps, depth) = (matrix.Taps, matrix.Depth);
        if (tapStride == depth)
            (taps, depth) = (1, taps * depth); // one behind the other
        if (matrix.IsNarrow)
        {
            if (Lanes.AreWide)
                Columns<Lanes512>(matrix, a, rowStride, tapStride, taps, depth, rows, c, apart, start, startApart);
            else
                Columns<Lanes256>(matrix, a, rowStride, tapStride, taps, depth, rows, c, apart, start, startApart);
            return;
        }
        for (var panel = 0; panel < matrix.Panels; panel++)
        {
            var packed = matrix.Bias(panel) + PackedTaps.Panel;
            var first = panel * PackedTaps.Panel;
            var columns = Math.Min(PackedTaps.Panel, matrix.Columns - first);
            for (var row = 0; row < rows; row += TileRows)
            {
                var from = a + (row * rowStride);
                var to = c + (row * apart) + first;
                var begin = start == null ? matrix.Bias(panel) : start + (row * startApart) + first;
                if (columns == PackedTaps.Panel && rows - row >= TileRows)
                    Tile(from, rowStride, tapStride, taps, depth, packed, begin, startApart, to, apart);
                else
                    Part(from, rowStride, tapStride, taps, depth, packed, begin, startApart, to, apart, Math.Min(TileRows, rows - row),
                        columns);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(float* a, long rowStride, long tapStride, int taps, int depth, float* panel, float* start, long startApart,
        float* c, long apart)
    {
        if (Lanes.AreWide)
            WideTile.Run(a, rowStride, tapStride, taps, depth, panel, start, startApart, c, apart);
        else
            NarrowTile.Run(a, rowStride, tapStride, taps, depth, panel, start, startApart, c, apart);
    }

    /// <summary>A tile of which only some rows and columns are wanted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part(float* a, long rowStride, long tapStride, int taps, int depth, float* panel, float* start, long startApart,
        float* c, long apart, int rows, int columns)
    {
        var whole = stackalloc float[WideTile.Rows * WideTile.Columns];
        Tile(a, rowStride, tapStride, taps, depth, panel, start, startApart, whole, PackedTaps.Panel);
        for (var row = 0; row < rows; row++)
            new ReadOnlySpan<float>(whole + (row * PackedTaps.Panel), columns).CopyTo(new Span<float>(c + (row * apart), columns));
    }

    private static void Columns<TLanes>(PackedTaps matrix, float* a, long rowStride, long tapStride, int taps, int depth, int rows,
        float* c, long apart, float* start, long startApart)
        where TLanes : struct, ILanes<TLanes>
    {
        for (var column = 0; column < matrix.Columns; column++)
        {
            var bias = matrix.Bias(column);
            for (var row = 0; row < rows; row++)
            {
                var weights = bias + 1;
                var (sum, rest) = (TLanes.Zero, start == null ? *bias : start[(row * startApart) + column]);
                for (var tap = 0; tap < taps; tap++, weights += depth)
                {
                    var from = a + (row * rowStride) + (tap * tapStride);
                    var i = 0;
                    for (; i <= depth - Lanes.Width; i += Lanes.Width)
                        sum = TLanes.FusedMultiplyAdd(TLanes.Load(from + i), TLanes.Load(weights + i), sum);
                    for (; i < depth; i++)
                        rest += from[i] * weights[i];
                }
                c[(row * apart) + column] = rest + TLanes.Sum(sum);
            }
        }
    }
}
