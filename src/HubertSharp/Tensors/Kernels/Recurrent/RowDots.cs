using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Tensors.Kernels.Recurrent;

/// <summary>
/// Products of four rows of a matrix with one vector. A recurrent network multiplies a few vectors with a large matrix at each step: what
/// counts is that the matrix comes through the caches once, and that the next rows are on their way meanwhile.
/// </summary>
internal static unsafe class RowDots
{
    /// <param name="rows">The first of the four rows.</param>
    /// <param name="apart">Numbers from one of them to the next.</param>
    /// <param name="ahead">Numbers from each of them to the row that is needed next.</param>
    /// <param name="vector">Of a row's length.</param>
    /// <param name="length">Of a row.</param>
    /// <param name="sums">Four, filled; each is summed in the same order whatever else is computed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<TLanes>(float* rows, long apart, long ahead, float* vector, int length, float* sums)
        where TLanes : struct, ILanes<TLanes>
    {
        var (r0, r1, r2, r3) = ((nint)rows, (nint)(rows + apart), (nint)(rows + (2 * apart)), (nint)(rows + (3 * apart)));
        var (s0, s1, s2, s3) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
        var i = 0;
        for (; i <= length - Lanes.Width; i += Lanes.Width)
        {
            // hardware stops fetching ahead at the end of a page, which is a row of 1,024
            Prefetch((float*)r0 + i + ahead);
            Prefetch((float*)r1 + i + ahead);
            Prefetch((float*)r2 + i + ahead);
            Prefetch((float*)r3 + i + ahead);
            var x = TLanes.Load(vector + i);
            s0 = TLanes.FusedMultiplyAdd(TLanes.Load((float*)r0 + i), x, s0);
            s1 = TLanes.FusedMultiplyAdd(TLanes.Load((float*)r1 + i), x, s1);
            s2 = TLanes.FusedMultiplyAdd(TLanes.Load((float*)r2 + i), x, s2);
            s3 = TLanes.FusedMultiplyAdd(TLanes.Load((float*)r3 + i), x, s3);
        }
        sums[0] = TLanes.Sum(s0);
        sums[1] = TLanes.Sum(s1);
        sums[2] = TLanes.Sum(s2);
        sums[3] = TLanes.Sum(s3);
        for (; i < length; i++)
        {
            sums[0] += ((float*)r0)[i] * vector[i];
            sums[1] += ((float*)r1)[i] * vector[i];
            sums[2] += ((float*)r2)[i] * vector[i];
            sums[3] += ((float*)r3)[i] * vector[i];
        }
    }

    /// <summary>One row, for the rest where there are not four.</summary>
    public static float One(float* row, float* vector, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += row[i] * vector[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(place);
    }
}
