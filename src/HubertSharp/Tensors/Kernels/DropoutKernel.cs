using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// Keeps or zeroes elements by 16 random bits each, SplitMix64 of (seed, position): 32 elements share eight hashes, any part of a
/// tensor can be drawn alone, and forward and backward agree without a stored mask.
/// </summary>
internal static unsafe class DropoutKernel
{
    // SplitMix64's
    public const ulong Gamma = 0x9E3779B97F4A7C15;
    public const ulong FirstFactor = 0xBF58476D1CE4E5B9;
    public const ulong SecondFactor = 0x94D049BB133111EB;

    private const int PartLength = 1 << 16;

    /// <summary>output[i] = bits(i) ≥ threshold ? input[i] · scale : 0, for float32 or bfloat16.</summary>
    public static void Apply(Tensor input, Tensor output, ushort threshold, float scale, ulong seed)
    {
        var count = input.numel();
        var (source, target) = ((nint)TensorPointer.Any(input), (nint)TensorPointer.Any(output));
        var brain = Lanes.IsBrain(input);
        var drop = new DropoutDraw(threshold, scale, seed);
        CpuTeam.Run(checked((int)((count + PartLength - 1) / PartLength)), part =>
        {
            var start = (long)part * PartLength;
            var length = (int)Math.Min(PartLength, count - start);
            if (brain)
                Part<BFloat16Format>((void*)source, (void*)target, start, length, drop);
            else
                Part<Float32Format>((void*)source, (void*)target, start, length, drop);
        });
        GC.KeepAlive(input);
        GC.KeepAlive(output);
    }

    /// <summary>What the hash of the first four of 32 elements begins with.</summary>
    /// <param name="seed">Of the place and the step.</param>
    /// <param name="position">Of the first element, a multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Start(ulong seed, long position) => unchecked(seed + (ulong)(position / 4) * Gamma);

    private static void Part<TFormat>(void* source, void* target, long start, int length, DropoutDraw drop)
        where TFormat : struct, INumberFormat
    {
        if (Lanes.AreWide)
            Part<TFormat, Lanes512>(source, target, start, length, drop);
        else
            Part<TFormat, Lanes256>(source, target, start, length, drop);
    }

    private static void Part<TFormat, TLanes>(void* source, void* target, long start, int length, DropoutDraw drop)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        for (var i = 0; i < length; i += 2 * Lanes.Width)
        {
            drop.Keep<TLanes>(start + i, out var first, out var second);
            var left = length - i;
            Lanes.Store<TFormat, TLanes>(
                Lanes.Load<TFormat, TLanes>(source, start + i, left, 0) * drop.Scale & first, target, start + i, left);
            left -= Lanes.Width;
            if (left > 0)
                Lanes.Store<TFormat, TLanes>(
                    Lanes.Load<TFormat, TLanes>(source, start + i + Lanes.Width, left, 0) * drop.Scale & second, target,
                    start + i + Lanes.Width, left);
        }
    }
}
