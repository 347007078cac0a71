using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Audio.Spectra;

/// <summary>Turns eight rows of numbers into vectors that hold one number of each row.</summary>
internal static unsafe class LaneTranspose
{
    /// <summary>
    /// columns[i] = (rows[0][i], ..., rows[7][i]) for i below <paramref name="length"/>, a multiple of 8; returns the sum of the columns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<float> Rows(float** rows, int length, Vector256<float>* columns)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < length; i += 8)
        {
            Block(rows, i, columns + i, 1);
            var (c01, c23) = (columns[i] + columns[i + 1], columns[i + 2] + columns[i + 3]);
            var (c45, c67) = (columns[i + 4] + columns[i + 5], columns[i + 6] + columns[i + 7]);
            sum += c01 + c23 + (c45 + c67);
        }
        return sum;
    }

    /// <summary>columns[i·stride] = (rows[0][offset + i], ..., rows[7][offset + i]) for i = 0..7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(float** rows, int offset, Vector256<float>* columns, int stride)
    {
        if (!Avx.IsSupported)
        {
            BlockOneByOne(rows, offset, (float*)columns, stride);
            return;
        }
        Vector256<float> r0 = Vector256.Load(rows[0] + offset), r1 = Vector256.Load(rows[1] + offset);
        Vector256<float> r2 = Vector256.Load(rows[2] + offset), r3 = Vector256.Load(rows[3] + offset);
        Vector256<float> r4 = Vector256.Load(rows[4] + offset), r5 = Vector256.Load(rows[5] + offset);
        Vector256<float> r6 = Vector256.Load(rows[6] + offset), r7 = Vector256.Load(rows[7] + offset);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xee), b2 = Avx.Shuffle(a1, a3, 0x44),
            b3 = Avx.Shuffle(a1, a3, 0xee);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xee), b6 = Avx.Shuffle(a5, a7, 0x44),
            b7 = Avx.Shuffle(a5, a7, 0xee);
        columns[0] = Avx.Permute2x128(b0, b4, 0x20);
        columns[stride] = Avx.Permute2x128(b1, b5, 0x20);
        columns[2 * stride] = Avx.Permute2x128(b2, b6, 0x20);
        columns[3 * stride] = Avx.Permute2x128(b3, b7, 0x20);
        columns[4 * stride] = Avx.Permute2x128(b0, b4, 0x31);
        columns[5 * stride] = Avx.Permute2x128(b1, b5, 0x31);
        columns[6 * stride] = Avx.Permute2x128(b2, b6, 0x31);
        columns[7 * stride] = Avx.Permute2x128(b3, b7, 0x31);
    }

    private static void BlockOneByOne(float** rows, int offset, float* columns, int stride)
    {
        for (var row = 0; row < 8; row++)
        {
            for (var i = 0; i < 8; i++)
                columns[(i * stride * 8) + row] = rows[row][offset + i];
        }
    }
}
