using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// Keeps or zeroes elements by 16 random bits each, SplitMix64 of (seed, position): 32 elements share one vector of hashes, any
/// part of a tensor can be drawn alone, and forward and backward agree without a stored mask.
/// </summary>
internal static unsafe class DropoutKernel
{
    private const int PartLength = 1 << 16;

    /// <summary>output[i] = bits(i) ≥ threshold ? input[i] · scale : 0, for float32 or bfloat16.</summary>
    public static void Apply(Tensor input, Tensor output, ushort threshold, float scale, ulong seed)
    {
        var count = input.numel();
        var (source, target) = ((nint)TensorPointer.Any(input), (nint)TensorPointer.Any(output));
        var brain = input.dtype == ScalarType.BFloat16;
        CpuTeam.Run(checked((int)((count + PartLength - 1) / PartLength)), part =>
        {
            var start = (long)part * PartLength;
            var length = (int)Math.Min(PartLength, count - start);
            if (brain)
                Brains((ushort*)source + start, (ushort*)target + start, start, length, threshold, scale, seed);
            else
                Singles((float*)source + start, (float*)target + start, start, length, threshold, scale, seed);
        });
        GC.KeepAlive(input);
        GC.KeepAlive(output);
    }

    /// <summary>The 16 random bits of 32 elements from <paramref name="position"/> on, a multiple of 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> Bits(ulong seed, long position)
    {
        const ulong gamma = 0x9E3779B97F4A7C15;
        var lanes = unchecked(Vector512.Create(0UL, gamma, gamma * 2, gamma * 3, gamma * 4, gamma * 5, gamma * 6, gamma * 7));
        var z = lanes + Vector512.Create(unchecked(seed + (ulong)(position / 4) * gamma));
        z = (z ^ (z >> 30)) * Vector512.Create(0xBF58476D1CE4E5B9);
        z = (z ^ (z >> 27)) * Vector512.Create(0x94D049BB133111EB);
        return (z ^ (z >> 31)).AsUInt16();
    }

    private static void Brains(ushort* source, ushort* target, long start, int length, ushort threshold, float scale, ulong seed)
    {
        var limit = Vector512.Create(threshold);
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i + 32 <= length; i += 32)
        {
            var keep = Vector512.GreaterThanOrEqual(Bits(seed, start + i), limit);
            var (lower, upper) = Vector512.Widen(Vector512.Load(source + i) & keep);
            Brain.Store((lower << 16).AsSingle() * factor, target + i);
            Brain.Store((upper << 16).AsSingle() * factor, target + i + 16);
        }
        if (i < length)
        {
            var bits = Bits(seed, start + i);
            for (var j = 0; i + j < length; j++)
                Brain.Store1(bits.GetElement(j) >= threshold ? Brain.Load1(source + i + j) * scale : 0, target + i + j);
        }
    }

    private static void Singles(float* source, float* target, long start, int length, ushort threshold, float scale, ulong seed)
    {
        var limit = Vector512.Create((uint)threshold);
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i + 32 <= length; i += 32)
        {
            var (lower, upper) = Vector512.Widen(Bits(seed, start + i));
            var first = Vector512.Load(source + i) * factor & Vector512.GreaterThanOrEqual(lower, limit).AsSingle();
            var second = Vector512.Load(source + i + 16) * factor & Vector512.GreaterThanOrEqual(upper, limit).AsSingle();
            first.Store(target + i);
            second.Store(target + i + 16);
        }
        if (i < length)
        {
            var bits = Bits(seed, start + i);
            for (var j = 0; i + j < length; j++)
                target[i + j] = bits.GetElement(j) >= threshold ? source[i + j] * scale : 0;
        }
    }
}
