using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>6 rows by 16 columns of a <see cref="TapProduct"/> in 12 of the 16 registers of AVX2.</summary>
internal static unsafe class NarrowTile
{
    public const int Rows = 6, Columns = 16;

    /// <param name="a">The first row's numbers.</param>
    /// <param name="rowStride">Numbers from a row to the next.</param>
    /// <param name="tapStride">Numbers from a tap of a row to the next.</param>
    /// <param name="taps">How many.</param>
    /// <param name="depth">Numbers of a tap.</param>
    /// <param name="panel">The matrix, row after row.</param>
    /// <param name="start">What the first row of the results begins with.</param>
    /// <param name="startApart">Numbers from there to what the next one begins with; 0 for the same.</param>
    /// <param name="c">The first row of the results.</param>
    /// <param name="apart">Numbers from a row of the results to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* a, long rowStride, long tapStride, int taps, int depth, float* panel, float* start, long startApart,
        float* c, long apart)
    {
        var (c00a, c00b) = (Vector256.Load(start), Vector256.Load(start + 8));
        var (c01a, c01b) = (Vector256.Load(start + startApart), Vector256.Load(start + startApart + 8));
        var (c02a, c02b) = (Vector256.Load(start + (2 * startApart)), Vector256.Load(start + (2 * startApart) + 8));
        var (c03a, c03b) = (Vector256.Load(start + (3 * startApart)), Vector256.Load(start + (3 * startApart) + 8));
        var (c04a, c04b) = (Vector256.Load(start + (4 * startApart)), Vector256.Load(start + (4 * startApart) + 8));
        var (c05a, c05b) = (Vector256.Load(start + (5 * startApart)), Vector256.Load(start + (5 * startApart) + 8));
        var (single, twice) = ((nint)rowStride, 2 * (nint)rowStride);
        for (var tap = 0; tap < taps; tap++)
        {
            var p0 = a + (tap * tapStride);
            var p1 = p0 + (3 * single);
            for (var end = p0 + depth; p0 < end; p0++, p1++)
            {
                var bA = Vector256.Load(panel);
                var bB = Vector256.Load(panel + 8);
                var x = Vector256.Create(*p0);
                c00a = Vector256.FusedMultiplyAdd(x, bA, c00a);
                c00b = Vector256.FusedMultiplyAdd(x, bB, c00b);
                x = Vector256.Create(p0[single]);
                c01a = Vector256.FusedMultiplyAdd(x, bA, c01a);
                c01b = Vector256.FusedMultiplyAdd(x, bB, c01b);
                x = Vector256.Create(p0[twice]);
                c02a = Vector256.FusedMultiplyAdd(x, bA, c02a);
                c02b = Vector256.FusedMultiplyAdd(x, bB, c02b);
                x = Vector256.Create(*p1);
                c03a = Vector256.FusedMultiplyAdd(x, bA, c03a);
                c03b = Vector256.FusedMultiplyAdd(x, bB, c03b);
                x = Vector256.Create(p1[single]);
                c04a = Vector256.FusedMultiplyAdd(x, bA, c04a);
                c04b = Vector256.FusedMultiplyAdd(x, bB, c04b);
                x = Vector256.Create(p1[twice]);
                c05a = Vector256.FusedMultiplyAdd(x, bA, c05a);
                c05b = Vector256.FusedMultiplyAdd(x, bB, c05b);
                panel += 16;
            }
        }
        Store(c, c00a, c00b);
        Store(c + apart, c01a, c01b);
        Store(c + (2 * apart), c02a, c02b);
        Store(c + (3 * apart), c03a, c03b);
        Store(c + (4 * apart), c04a, c04b);
        Store(c + (5 * apart), c05a, c05b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, Vector256<float> left, Vector256<float> right)
    {
        left.Store(row);
        right.Store(row + 8);
    }
}
