using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels.Convolutions;

/// <summary>12 rows by 32 columns of a <see cref="TapProduct"/> in 24 of the 32 registers of AVX-512.</summary>
internal static unsafe class WideTile
{
    public const int Rows = 12, Columns = 32;

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
        var (c00a, c00b) = (Vector512.Load(start), Vector512.Load(start + 16));
        var (c01a, c01b) = (Vector512.Load(start + startApart), Vector512.Load(start + startApart + 16));
        var (c02a, c02b) = (Vector512.Load(start + (2 * startApart)), Vector512.Load(start + (2 * startApart) + 16));
        var (c03a, c03b) = (Vector512.Load(start + (3 * startApart)), Vector512.Load(start + (3 * startApart) + 16));
        var (c04a, c04b) = (Vector512.Load(start + (4 * startApart)), Vector512.Load(start + (4 * startApart) + 16));
        var (c05a, c05b) = (Vector512.Load(start + (5 * startApart)), Vector512.Load(start + (5 * startApart) + 16));
        var (c06a, c06b) = (Vector512.Load(start + (6 * startApart)), Vector512.Load(start + (6 * startApart) + 16));
        var (c07a, c07b) = (Vector512.Load(start + (7 * startApart)), Vector512.Load(start + (7 * startApart) + 16));
        var (c08a, c08b) = (Vector512.Load(start + (8 * startApart)), Vector512.Load(start + (8 * startApart) + 16));
        var (c09a, c09b) = (Vector512.Load(start + (9 * startApart)), Vector512.Load(start + (9 * startApart) + 16));
        var (c10a, c10b) = (Vector512.Load(start + (10 * startApart)), Vector512.Load(start + (10 * startApart) + 16));
        var (c11a, c11b) = (Vector512.Load(start + (11 * startApart)), Vector512.Load(start + (11 * startApart) + 16));
        var (single, twice) = ((nint)rowStride, 2 * (nint)rowStride);
        for (var tap = 0; tap < taps; tap++)
        {
            var p0 = a + (tap * tapStride);
            var p1 = p0 + (3 * single);
            var p2 = p1 + (3 * single);
            var p3 = p2 + (3 * single);
            for (var end = p0 + depth; p0 < end; p0++, p1++, p2++, p3++)
            {
                var bA = Vector512.Load(panel);
                var bB = Vector512.Load(panel + 16);
                var x = Vector512.Create(*p0);
                c00a = Vector512.FusedMultiplyAdd(x, bA, c00a);
                c00b = Vector512.FusedMultiplyAdd(x, bB, c00b);
                x = Vector512.Create(p0[single]);
                c01a = Vector512.FusedMultiplyAdd(x, bA, c01a);
                c01b = Vector512.FusedMultiplyAdd(x, bB, c01b);
                x = Vector512.Create(p0[twice]);
                c02a = Vector512.FusedMultiplyAdd(x, bA, c02a);
                c02b = Vector512.FusedMultiplyAdd(x, bB, c02b);
                x = Vector512.Create(*p1);
                c03a = Vector512.FusedMultiplyAdd(x, bA, c03a);
                c03b = Vector512.FusedMultiplyAdd(x, bB, c03b);
                x = Vector512.Create(p1[single]);
                c04a = Vector512.FusedMultiplyAdd(x, bA, c04a);
                c04b = Vector512.FusedMultiplyAdd(x, bB, c04b);
                x = Vector512.Create(p1[twice]);
                c05a = Vector512.FusedMultiplyAdd(x, bA, c05a);
                c05b = Vector512.FusedMultiplyAdd(x, bB, c05b);
                x = Vector512.Create(*p2);
                c06a = Vector512.FusedMultiplyAdd(x, bA, c06a);
                c06b = Vector512.FusedMultiplyAdd(x, bB, c06b);
                x = Vector512.Create(p2[single]);
                c07a = Vector512.FusedMultiplyAdd(x, bA, c07a);
                c07b = Vector512.FusedMultiplyAdd(x, bB, c07b);
                x = Vector512.Create(p2[twice]);
                c08a = Vector512.FusedMultiplyAdd(x, bA, c08a);
                c08b = Vector512.FusedMultiplyAdd(x, bB, c08b);
                x = Vector512.Create(*p3);
                c09a = Vector512.FusedMultiplyAdd(x, bA, c09a);
                c09b = Vector512.FusedMultiplyAdd(x, bB, c09b);
                x = Vector512.Create(p3[single]);
                c10a = Vector512.FusedMultiplyAdd(x, bA, c10a);
                c10b = Vector512.FusedMultiplyAdd(x, bB, c10b);
                x = Vector512.Create(p3[twice]);
                c11a = Vector512.FusedMultiplyAdd(x, bA, c11a);
                c11b = Vector512.FusedMultiplyAdd(x, bB, c11b);
                panel += 32;
            }
        }
        Store(c, c00a, c00b);
        Store(c + apart, c01a, c01b);
        Store(c + (2 * apart), c02a, c02b);
        Store(c + (3 * apart), c03a, c03b);
        Store(c + (4 * apart), c04a, c04b);
        Store(c + (5 * apart), c05a, c05b);
        Store(c + (6 * apart), c06a, c06b);
        Store(c + (7 * apart), c07a, c07b);
        Store(c + (8 * apart), c08a, c08b);
        Store(c + (9 * apart), c09a, c09b);
        Store(c + (10 * apart), c10a, c10b);
        Store(c + (11 * apart), c11a, c11b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, Vector512<float> left, Vector512<float> right)
    {
        left.Store(row);
        right.Store(row + 16);
    }
}
