using HubertSharp.Runs;
using HubertSharp.Tensors.Kernels;

namespace HubertSharp.Tests.Tensors.Kernels;

/// <summary>Whatever vectors the processor has, 16 lanes are the same 16 lanes.</summary>
public unsafe class LanesTests
{
    private static readonly float[] Odd = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f, 3e38f, -1];

    [Fact]
    public void Both_widths_give_the_same_bits()
    {
        var random = new SeededRandom(7);
        for (var round = 0; round < 200; round++)
        {
            float[] Draw() => [.. Enumerable.Range(0, Lanes.Width).Select(i => random.Below(8) == 0 ? Odd[random.Below(Odd.Length)]
                : (float)(random.NextNormal() * Math.Pow(10, random.Below(8) - 4)))];
            var (a, b, c) = (Draw(), Draw(), Draw());
            Assert.Equal(Results<Lanes512>(a, b, c), Results<Lanes256>(a, b, c));
        }
    }

    [Fact]
    public void Both_widths_drop_the_same_elements()
    {
        foreach (var (seed, position) in new[] { (1UL, 0L), (ulong.MaxValue, 32), (77UL, 1L << 40) })
        {
            var expected = Kept<Lanes512>(seed, position);
            Assert.Equal(expected, Kept<Lanes256>(seed, position));
            Assert.InRange(expected.Count(kept => kept), 1, expected.Length - 1);
        }
    }

    [Fact]
    public void The_inverse_is_near_the_quotient_in_both()
    {
        float[] values = [1, 3, 0.1f, -7, 1e10f, 1e-10f, 2, 5, 11, 13, 17, 19, 23, 29, 31, 1.5f];
        foreach (var inverse in new[] { Inverse<Lanes512>(values), Inverse<Lanes256>(values) })
            Assert.All(values.Zip(inverse), pair => Assert.Equal(1, pair.First * pair.Second, 2e-7f));
    }

    private static uint[] Results<TLanes>(float[] a, float[] b, float[] c)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (float* x = a, y = b, z = c)
        {
            var (p, q, r) = (TLanes.Load(x), TLanes.Load(y), TLanes.Load(z));
            var brains = stackalloc ushort[Lanes.Width];
            r.Store(brains);
            TLanes[] vectors =
            [
                p + q, p - q, -p, p * q, p * 0.37f, p / q, TLanes.FusedMultiplyAdd(p, q, r), TLanes.Abs(p), TLanes.Sqrt(TLanes.Abs(q)),
                TLanes.Max(p, q), TLanes.MinNative(p, q), TLanes.LessThan(p, q), TLanes.GreaterThan(p, q), TLanes.GreaterThanOrEqual(p, q),
                TLanes.GreaterThan(p, q) & r, TLanes.Select(TLanes.LessThan(p, r), p, q), TLanes.Create(0.3f), TLanes.Load(brains),
                TLanes.PowerOfTwo(TLanes.Create(12582912f - 5)), TLanes.Zero, TLanes.AllBitsSet,
            ];
            return
            [
                .. vectors.SelectMany(Values).Append(TLanes.Sum(TLanes.Create(1.1f) + p)).Append(TLanes.MaxOf(TLanes.Abs(q)))
                    .Select(value => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value)),
            ];
        }
    }

    private static bool[] Kept<TLanes>(ulong seed, long position)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes.Keep(seed, position, 20000, out var first, out var second);
        return [.. Values(first).Concat(Values(second)).Select(value => BitConverter.SingleToInt32Bits(value) == -1)];
    }

    private static float[] Inverse<TLanes>(float[] values)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (float* place = values)
            return Values(TLanes.Inverse(TLanes.Load(place)));
    }

    private static float[] Values<TLanes>(TLanes lanes)
        where TLanes : struct, ILanes<TLanes>
    {
        var values = new float[Lanes.Width];
        fixed (float* place = values)
            lanes.Store(place);
        return values;
    }
}
