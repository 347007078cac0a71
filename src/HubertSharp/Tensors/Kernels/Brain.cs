using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels;

/// <summary>bfloat16: the upper half of a float32, rounded to nearest even.</summary>
internal static unsafe class Brain
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load1(ushort* source) => BitConverter.UInt32BitsToSingle((uint)*source << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store1(float value, ushort* target)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *target = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
