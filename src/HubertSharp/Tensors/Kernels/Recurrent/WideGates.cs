using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HubertSharp.Tensors.Kernels.Recurrent;

/// <summary>The products of a panel of <see cref="PackedGates"/> in AVX-512.</summary>
internal static unsafe class WideGates
{
    /// <param name="panel">Its words.</param>
    /// <param name="next">Those that are needed next.</param>
    /// <param name="x">The numbers before the frame.</param>
    /// <param name="depth">How many.</param>
    /// <param name="sums">Of each gate 16, filled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int* panel, int* next, float* x, int depth, float* sums)
    {
        var (t0, t1, t2, t3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var end = x + depth; x < end;)
        {
            var stop = x + Math.Min(GateBlock.Numbers, end - x);
            var ahead = stop < end ? panel + (GateBlock.Numbers * PackedGates.Words) : next;
            var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (; x < stop; x++, panel += PackedGates.Words, ahead += PackedGates.Words)
            {
                GateBlock.Prefetch(ahead);
                var (w0, w1, w2) = (Vector512.Load(panel), Vector512.Load(panel + 16), Vector512.Load(panel + 32));
                var number = Vector512.Create(*x);
                s0 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(w0), number, s0);
                s1 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(w1), number, s1);
                s2 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(w2), number, s2);
                s3 = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(Ends(w0, w1, w2)), number, s3);
            }
            (t0, t1, t2, t3) = (t0 + s0, t1 + s1, t2 + s2, t3 + s3);
        }
        t0.Store(sums);
        t1.Store(sums + 16);
        t2.Store(sums + 32);
        t3.Store(sums + 48);
    }

    /// <summary>The last bytes of three words, as the first three of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Ends(Vector512<int> first, Vector512<int> second, Vector512<int> third)
    {
        if (!Avx512BW.IsSupported)
            return (first << 24) | ((second & Vector512.Create(0xFF)) << 16) | ((third & Vector512.Create(0xFF)) << 8);
        // a vector of 128 bits four times over would not be kept in a register
        return (Avx512BW.Shuffle(first.AsByte(), Vector512.Create(0x00808080u, 0x04808080u, 0x08808080u, 0x0C808080u,
                0x00808080u, 0x04808080u, 0x08808080u, 0x0C808080u,
                0x00808080u, 0x04808080u, 0x08808080u, 0x0C808080u,
                0x00808080u, 0x04808080u, 0x08808080u, 0x0C808080u).AsByte())
            | Avx512BW.Shuffle(second.AsByte(), Vector512.Create(0x80008080u, 0x80048080u, 0x80088080u, 0x800C8080u,
                0x80008080u, 0x80048080u, 0x80088080u, 0x800C8080u,
                0x80008080u, 0x80048080u, 0x80088080u, 0x800C8080u,
                0x80008080u, 0x80048080u, 0x80088080u, 0x800C8080u).AsByte())
            | Avx512BW.Shuffle(third.AsByte(), Vector512.Create(0x80800080u, 0x80800480u, 0x80800880u, 0x80800C80u,
                0x80800080u, 0x80800480u, 0x80800880u, 0x80800C80u,
                0x80800080u, 0x80800480u, 0x80800880u, 0x80800C80u,
                0x80800080u, 0x80800480u, 0x80800880u, 0x80800C80u).AsByte())).AsInt32();
    }
}
