using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HubertSharp.Audio.Spectra;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Evaluation.Abx;

/// <summary>Two items whose frames are compared.</summary>
/// <param name="From">Where their matrix of distances begins.</param>
/// <param name="Width">From one row of it to the next.</param>
/// <param name="Rows">Frames of X.</param>
/// <param name="Columns">Frames of the other.</param>
/// <param name="To">Where their distance goes.</param>
internal readonly record struct ItemPair(long From, int Width, int Rows, int Columns, int To);

/// <summary>
/// Dynamic time warping of eight pairs of items at once, one pair per SIMD lane: steps (1, 0), (0, 1) and (1, 1), the cost of the best path
/// divided by the number of its cells. Of equal ways back the diagonal one is taken, then the one along the columns, as libri-light's
/// backtrace does; the length of the path is carried along instead of walked back.
/// </summary>
internal sealed unsafe class WarpedDistances : IDisposable
{
    private const int Lanes = 8;

    private NativeArray<Vector256<float>> _cells = new(1);
    private NativeArray<Vector256<float>> _row = new(1);
    private long[] _shapes = [];

    /// <summary>Warps every pair; those of one shape together.</summary>
    /// <param name="pairs">The pairs; they come back sorted by shape.</param>
    /// <param name="distances">Their matrices; eight more numbers behind the last may be read.</param>
    /// <param name="to">Receives the distance of each.</param>
    public void Warp(Span<ItemPair> pairs, float* distances, Span<float> to)
    {
        if (_shapes.Length < pairs.Length)
            _shapes = new long[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
            _shapes[i] = ((long)pairs[i].Rows << 32) | (uint)pairs[i].Columns;
        _shapes.AsSpan(0, pairs.Length).Sort(pairs);
        for (var start = 0; start < pairs.Length; start += Lanes)
        {
            var lanes = pairs.Slice(start, Math.Min(Lanes, pairs.Length - start));
            if (lanes[^1] is { Rows: 1, Columns: 1 })
            {
                foreach (var pair in lanes)
                    to[pair.To] = distances[pair.From];
                continue;
            }
            int rows = 0, columns = 0;
            foreach (var pair in lanes)
                (rows, columns) = (Math.Max(rows, pair.Rows), Math.Max(columns, pair.Columns));
            Gather(lanes, distances, rows, columns);
            Walk(lanes, rows, columns, to);
        }
    }

    public void Dispose()
    {
        _cells.Dispose();
        _row.Dispose();
    }

    private static int Padded(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    /// <summary>
    /// cells[i, j] holds cell (i, j) of every pair; a shorter one repeats its last row, and nobody reads what is behind its end.
    /// </summary>
    private void Gather(ReadOnlySpan<ItemPair> lanes, float* distances, int rows, int columns)
    {
        var padded = Padded(columns);
        Grow(ref _cells, (long)rows * padded);
        Grow(ref _row, 2L * columns);
        var starts = stackalloc float*[Lanes];
        for (var i = 0; i < rows; i++)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var pair = lanes[Math.Min(lane, lanes.Length - 1)];
                starts[lane] = distances + pair.From + ((long)Math.Min(i, pair.Rows - 1) * pair.Width);
            }
            for (var j = 0; j < padded; j += Lanes)
                LaneTranspose.Block(starts, j, _cells.Start + ((long)i * padded) + j, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Walk(ReadOnlySpan<ItemPair> lanes, int rows, int columns, Span<float> to)
    {
        var padded = Padded(columns);
        Vector256<float>* costs = _row.Start, lengths = _row.Start + columns;
        var one = Vector256.Create(1f);
        for (var i = 0; i < rows; i++)
        {
            var cells = _cells.Start + ((long)i * padded);
            Vector256<float> diagonal, diagonalLength, left, leftLength;
            if (i == 0)
                (diagonal, diagonalLength, left, leftLength) = (default, default, cells[0], one);
            else
                (diagonal, diagonalLength, left, leftLength) = (costs[0], lengths[0], cells[0] + costs[0], lengths[0] + one);
            (costs[0], lengths[0]) = (left, leftLength);
            for (var j = 1; j < columns; j++)
            {
                if (i == 0)
                {
                    (left, leftLength) = (cells[j] + left, leftLength + one);
                }
                else
                {
                    Vector256<float> above = costs[j], aboveLength = lengths[j];
                    var side = Vector256.MinNative(left, above);
                    var sideLength = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(left, above), leftLength, aboveLength);
                    leftLength = one + Vector256.ConditionalSelect(Vector256.LessThanOrEqual(diagonal, side), diagonalLength, sideLength);
                    left = cells[j] + Vector256.MinNative(diagonal, side);
                    (diagonal, diagonalLength) = (above, aboveLength);
                }
                (costs[j], lengths[j]) = (left, leftLength);
            }
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                if (lanes[lane].Rows == i + 1)
                    to[lanes[lane].To] = costs[lanes[lane].Columns - 1][lane] / lengths[lanes[lane].Columns - 1][lane];
            }
        }
    }

    private static void Grow(ref NativeArray<Vector256<float>> array, long length)
    {
        if (array.Length >= length)
            return;
        array.Dispose();
        array = new NativeArray<Vector256<float>>(length);
    }
}
