using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels.Convolutions;

// J taps, I numbers of a frame, N columns

/// <summary>
/// A convolution with a stride of 1: of three taps, y(t) = A x(t) + B x(t + 1) + C x(t + 2), four products give two results in place of six
/// (Winograd 1980, F(2, 3)). With s = (A + B + C) / 2 · (x(t + 1) + x(t + 2)) and d = (A - B + C) / 2 · (x(t + 2) - x(t + 1)),
/// y(t) = s + d + A (x(t) - x(t + 2)) and y(t + 1) = s - d + C (x(t + 3) - x(t + 1)). Of more taps each three are such a triplet, and
/// what is left over is multiplied as it is.
/// </summary>
internal sealed unsafe class TripletProduct : WindowProduct
{
    private const int Three = 3;

    private readonly PackedTaps _sums, _differences, _first, _second;
    private readonly int _triplets, _rest, _channels;

    /// <param name="weight">[N, I, J], J from 3 on.</param>
    /// <param name="bias">[N].</param>
    public TripletProduct(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        _channels = (int)weight.shape[1];
        (_triplets, _rest) = Math.DivRem((int)weight.shape[2], Three);
        var taps = weight.permute(2, 1, 0); // [J, I, N]
        var triplets = taps.narrow(0, 0, _triplets * Three).unflatten(0, _triplets, Three);
        var (a, b, c) = (triplets.select(1, 0), triplets.select(1, 1), triplets.select(1, 2)); // [triplets, I, N]
        var rest = taps.narrow(0, _triplets * Three, _rest);
        var (outer, none) = (a.add(c, Scalars.One), zeros_like(bias));
        _sums = Packed(outer.add(b, Scalars.One).mul_(Scalars.Of(0.5)), bias);
        _differences = Packed((outer - b).mul_(Scalars.Of(0.5)), none);
        _first = Packed(cat([a, rest], 0), none);
        _second = Packed(cat([c, rest], 0), none);
    }

    public override int Columns => _sums.Columns;

    public override long Scratch(int rows, long rowStride) => Pairs(rows) * (Stride(_triplets + _rest) + (2L * Padded));

    private int Padded => _sums.Panels * PackedTaps.Panel;

    public override void Run(float* a, long rowStride, long apart, int rows, float* c, long resultApart, float* scratch)
    {
        var pairs = (rows + 1) / 2;
        var heard = scratch + (2L * Pairs(rows) * Padded);
        var sums = scratch;
        var differences = scratch + (Pairs(rows) * Padded);
        Product(_sums, 1, 2, isSum: true, 0, pairs, sums, Padded, null);
        Product(_differences, 2, 1, isSum: false, 0, pairs, differences, Padded, null);
        SumAndDifference(sums, differences, sums, differences, (long)pairs * Padded);
        Product(_first, 0, 2, isSum: false, _rest, pairs, c, 2 * resultApart, sums);
        Product(_second, 3, 1, isSum: false, _rest, rows / 2, c + resultApart, 2 * resultApart, differences);

        // of frames that lie so far behind the first of a triplet
        void Product(PackedTaps matrix, int one, int other, bool isSum, int rest, int count, float* to, long toApart, float* start)
        {
            var stride = Stride(_triplets + rest);
            for (var pair = 0; pair < count; pair++)
            {
                var from = a + (2L * pair * apart);
                var target = heard + (pair * stride);
                for (var triplet = 0; triplet < _triplets; triplet++, from += Three * apart, target += _channels)
                {
                    if (isSum)
                        Add(from + (one * apart), from + (other * apart), target, _channels);
                    else
                        Subtract(from + (one * apart), from + (other * apart), target, _channels);
                }
                from += one == Three ? apart : 0; // the second of the pair
                for (var tap = 0; tap < rest; tap++, from += apart, target += _channels)
                    new ReadOnlySpan<float>(from, _channels).CopyTo(new Span<float>(target, _channels));
            }
            TapProduct.Run(matrix, heard, stride, matrix.Depth, count, to, toApart, start,
                start == null ? 0 : Padded);
        }
    }

    public override void Dispose()
    {
        foreach (var matrix in (PackedTaps[])[_sums, _differences, _first, _second])
            matrix.Dispose();
    }

    private static PackedTaps Packed(Tensor taps, Tensor bias) => new(taps.reshape(-1, taps.shape[2]), bias, taps: 1);

    /// <summary>Pairs of results, and a tile more.</summary>
    private static long Pairs(int rows) => ((rows + 1L) / 2) + TapProduct.TileRows;

    /// <summary>Numbers from a row of so many taps to the next.</summary>
    private long Stride(int taps) => TapProduct.Stride(taps * _channels, 1);
}
