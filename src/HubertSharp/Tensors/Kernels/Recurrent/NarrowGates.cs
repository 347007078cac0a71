using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Tensors.Kernels.Recurrent;

/// <summary>The products of a panel of <see cref="PackedGates"/> in AVX2: the same sums as those of <see cref="WideGates"/>.</summary>
internal static unsafe class NarrowGates
{
    /// <param name="panel">Its words.</param>
    /// <param name="next">Those that are needed next.</param>
    /// <param name="x">The numbers before the frame.</param>
    /// <param name="depth">How many.</param>
    /// <param name="sums">Of each gate 16, filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int* panel, int* next, float* x, int depth, float* sums)
    {
        new Span<float>(sums, 4 * PackedGates.Units).Clear();
        for (var end = x + depth; x < end;)
        {
            var stop = x + Math.Min(GateBlock.Numbers, end - x);
            var ahead = stop < end ? panel + (GateBlock.Numbers * PackedGates.Words) : next;
            var (s0, s1, s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            var (u0, u1, u2, u3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (; x < stop; x++, panel += PackedGates.Words, ahead += PackedGates.Words)
            {
                GateBlock.Prefetch(ahead);
                var number = Vector256.Create(*x);
                var (w0, w1, w2) = (Vector256.Load(panel), Vector256.Load(panel + 16), Vector256.Load(panel + 32));
                s0 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w0), number, s0);
                s1 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w1), number, s1);
                s2 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w2), number, s2);
                s3 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Ends(w0, w1, w2)), number, s3);
                (w0, w1, w2) = (Vector256.Load(panel + 8), Vector256.Load(panel + 24), Vector256.Load(panel + 40));
                u0 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w0), number, u0);
                u1 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w1), number, u1);
                u2 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(w2), number, u2);
                u3 = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Ends(w0, w1, w2)), number, u3);
            }
            Add(sums, s0, u0);
            Add(sums + 16, s1, u1);
            Add(sums + 32, s2, u2);
            Add(sums + 48, s3, u3);
        }
    }

    /// <summary>The last bytes of three words, as the first three of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Ends(Vector256<int> first, Vector256<int> second, Vector256<int> third)
    {
        if (!Avx2.IsSupported)
            return (first << 24) | ((second & Vector256.Create(0xFF)) << 16) | ((third & Vector256.Create(0xFF)) << 8);
        return (Avx2.Shuffle(first.AsByte(), Vector256.Create(
                Vector128.Create(0x00808080u, 0x04808080u, 0x08808080u, 0x0C808080u).AsByte()))
            | Avx2.Shuffle(second.AsByte(), Vector256.Create(
                Vector128.Create(0x80008080u, 0x80048080u, 0x80088080u, 0x800C8080u).AsByte()))
            | Avx2.Shuffle(third.AsByte(), Vector256.Create(
                Vector128.Create(0x80800080u, 0x80800480u, 0x80800880u, 0x80800C80u).AsByte()))).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* sums, Vector256<float> left, Vector256<float> right)
    {
        (Vector256.Load(sums) + left).Store(sums);
        (Vector256.Load(sums + 8) + right).Store(sums + 8);
    }
}
