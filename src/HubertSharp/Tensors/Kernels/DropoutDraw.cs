using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// Dropout of one place in one step, ready for kernels: the same draws as <see cref="DropoutKernel"/> at the same positions.
/// </summary>
/// <param name="Threshold">Elements whose 16 bits are below it are dropped.</param>
/// <param name="Scale">What kept elements are multiplied with.</param>
/// <param name="Seed">Of the place and the step.</param>
internal readonly record struct DropoutDraw(ushort Threshold, float Scale, ulong Seed)
{
    /// <summary>Nothing is dropped.</summary>
    public static DropoutDraw None => new(0, 1, 0);

    public bool Drops => Threshold > 0;

    /// <param name="rate">Share of the elements that become 0, below 1; a multiple of 1/65536 after rounding.</param>
    /// <param name="seed">Derive one per place and step.</param>
    public static DropoutDraw Of(double rate, ulong seed)
    {
        var threshold = (int)Math.Clamp(Math.Round(rate * 65536), 0, 65535);
        return new DropoutDraw((ushort)threshold, 65536f / (65536 - threshold), seed);
    }

    /// <summary>Masks of 32 elements from a position that is a multiple of 32: where they are kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep<TLanes>(long position, out TLanes first, out TLanes second)
        where TLanes : struct, ILanes<TLanes> => TLanes.Keep(Seed, position, Threshold, out first, out second);
}
