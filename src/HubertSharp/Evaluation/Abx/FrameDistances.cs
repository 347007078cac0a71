using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Evaluation.Abx;

// D dimensions

/// <summary>
/// Distances of the frames of some items to all frames of a room, six frames against sixteen at a time. A distance depends on its two
/// frames alone, not on where they stand or which comes first: equal pairs are exactly equal, and equal frames exactly 0 apart.
/// </summary>
internal sealed unsafe class FrameDistances : IDisposable
{
    private const int Lanes = FrameStore.Lanes;
    private const int Vector = 8;

    /// <summary>libri-light lets a frame of zeros stand so far from all others when it takes the Euclidean distance.</summary>
    private const float FarAway = 2e12f;

    /// <summary>Above this cosine the angle is taken from the difference of the two frames: 1 − cosine has lost its digits.</summary>
    private const float NearCosine = 0.98f;

    private readonly FrameStore _store;
    private readonly AbxDistance _distance;
    private readonly NativeArray<float> _products = new(Lanes * 6);
    private readonly NativeArray<float> _differences = new(Lanes * 6);
    private NativeArray<float> _rows = new(1);

    public FrameDistances(FrameStore store, AbxDistance distance) => (_store, _distance) = (store, distance);

    /// <summary>Frames are handled in sixes: so many rows are written for <paramref name="frames"/>.</summary>
    public static int Padded(int frames) => (frames + Rows - 1) / Rows * Rows;

    private static int Rows => NarrowDistanceTile.Centroids;

    /// <summary>to[i, j] = distance of frame first + i of <paramref name="room"/> to frame j of <paramref name="other"/>.</summary>
    /// <param name="room">The room of the rows.</param>
    /// <param name="first">Its first frame.</param>
    /// <param name="count">How many.</param>
    /// <param name="other">The room of the columns.</param>
    /// <param name="to">[Padded(count), 16 per panel of the other room].</param>
    public void Fill(int room, int first, int count, int other, float* to)
    {
        var dimensions = _store.Dimensions;
        var panels = _store.PanelsOf(other);
        var width = (long)panels * Lanes;
        Pack(room, first, count);
        for (var panel = 0; panel < panels; panel++)
        {
            var columns = _store.Panels(other) + ((long)panel * Lanes * dimensions);
            for (var row = 0; row < count; row += Rows)
            {
                var rows = _rows.Start + ((long)row * dimensions);
                var target = to + (row * width) + (panel * Lanes);
                if (_distance == AbxDistance.Cosine)
                    Angles(columns, rows, dimensions, target, width);
                else
                    Lengths(columns, rows, dimensions, target, width);
            }
        }
        if (_store.Zeros(room) is not null || _store.Zeros(other) is not null)
            PlaceZeros(_store.Zeros(room), first, count, _store.Zeros(other), to, (int)width);
    }

    public void Dispose()
    {
        _products.Dispose();
        _differences.Dispose();
        _rows.Dispose();
    }

    // [D, 6] for each six rows; missing rows repeat the last one
    private void Pack(int room, int first, int count)
    {
        var dimensions = _store.Dimensions;
        var needed = (long)Padded(count) * dimensions;
        if (_rows.Length < needed)
        {
            _rows.Dispose();
            _rows = new NativeArray<float>(needed);
        }
        for (var i = 0; i < Padded(count); i++)
        {
            var frame = first + Math.Min(i, count - 1);
            var source = _store.Panels(room) + ((long)(frame / Lanes) * Lanes * dimensions) + (frame % Lanes);
            var target = _rows.Start + ((long)(i / Rows) * Rows * dimensions) + (i % Rows);
            for (var d = 0; d < dimensions; d++)
                target[d * Rows] = source[d * Lanes];
        }
    }

    private void Angles(float* columns, float* rows, int dimensions, float* to, long width)
    {
        NarrowDistanceTile.Dot(columns, rows, dimensions, _products.Start);
        var near = Vector256.Create(NearCosine);
        var any = Vector256<float>.Zero;
        for (var i = 0; i < Rows * Lanes; i += Vector)
            any = Vector256.BitwiseOr(any, Vector256.GreaterThan(Vector256.Load(_products.Start + i), near));
        var isNear = any.AsInt32() != Vector256<int>.Zero;
        if (isNear)
            SquaredDifferences(columns, rows, dimensions, _differences.Start);
        for (var row = 0; row < Rows; row++)
        {
            for (var lane = 0; lane < Lanes; lane += Vector)
            {
                var at = (row * Lanes) + lane;
                var cosine = Vector256.Load(_products.Start + at);
                var rest = Vector256.MaxNative(Vector256.Create(1f) - Vector256.Abs(cosine), Vector256<float>.Zero); // 1 − |cosine|
                if (isNear)
                    // |x − y|² = 2 − 2·cosine for frames of length 1
                    rest = Vector256.ConditionalSelect(Vector256.GreaterThan(cosine, near),
                        Vector256.Load(_differences.Start + at) * Vector256.Create(0.5f), rest);
                Angle(cosine, rest).Store(to + (row * width) + lane);
            }
        }
    }

    private void Lengths(float* columns, float* rows, int dimensions, float* to, long width)
    {
        SquaredDifferences(columns, rows, dimensions, _differences.Start);
        for (var row = 0; row < Rows; row++)
        {
            for (var lane = 0; lane < Lanes; lane += Vector)
                Vector256.Sqrt(Vector256.Load(_differences.Start + (row * Lanes) + lane)).Store(to + (row * width) + lane);
        }
    }

    /// <summary>
    /// arccos(cosine) / π. Abramowitz and Stegun 4.4.46: arccos x = √(1 − x)·P(x) for x from 0 to 1, to 2e-8; π less that for −x.
    /// </summary>
    private static Vector256<float> Angle(Vector256<float> cosine, Vector256<float> rest)
    {
        const double pi = Math.PI;
        var x = Vector256.Create(1f) - rest;
        var p = Vector256.Create((float)(-0.0012624911 / pi));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(0.0066700901 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(-0.0170881256 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(0.0308918810 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(-0.0501743046 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(0.0889789874 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(-0.2145988016 / pi)));
        p = Vector256.MultiplyAddEstimate(p, x, Vector256.Create((float)(1.5707963050 / pi)));
        var angle = Vector256.Sqrt(rest) * p;
        return Vector256.ConditionalSelect(Vector256.LessThan(cosine, Vector256<float>.Zero), Vector256.Create(1f) - angle, angle);
    }

    /// <summary>squares[r, f] = Σ_d (columns[d, f] − rows[d, r])².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SquaredDifferences(float* columns, float* rows, int dimensions, float* squares)
    {
        for (var row = 0; row < Rows; row += 2)
        {
            Vector256<float> l0 = default, h0 = default, l1 = default, h1 = default;
            float* column = columns, pair = rows + row;
            for (var d = 0; d < dimensions; d++, column += Lanes, pair += Rows)
            {
                Vector256<float> low = Vector256.Load(column), high = Vector256.Load(column + Vector);
                Vector256<float> first = Vector256.Create(pair[0]), second = Vector256.Create(pair[1]);
                l0 = Vector256.MultiplyAddEstimate(low - first, low - first, l0);
                h0 = Vector256.MultiplyAddEstimate(high - first, high - first, h0);
                l1 = Vector256.MultiplyAddEstimate(low - second, low - second, l1);
                h1 = Vector256.MultiplyAddEstimate(high - second, high - second, h1);
            }
            l0.Store(squares + (row * Lanes));
            h0.Store(squares + (row * Lanes) + Vector);
            l1.Store(squares + ((row + 1) * Lanes));
            h1.Store(squares + ((row + 1) * Lanes) + Vector);
        }
    }

    private void PlaceZeros(bool[]? zeroRows, int first, int count, bool[]? zeroColumns, float* to, int width)
    {
        var apart = _distance == AbxDistance.Cosine ? 1f : FarAway;
        for (var row = 0; row < count; row++)
        {
            var zeroRow = zeroRows?[first + row] == true;
            for (var column = 0; column < width; column++)
            {
                var zeroColumn = zeroColumns?[column] == true;
                if (zeroRow || zeroColumn)
                    to[((long)row * width) + column] = zeroRow && zeroColumn ? 0 : apart;
            }
        }
    }
}
