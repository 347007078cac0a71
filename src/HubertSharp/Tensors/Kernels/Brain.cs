using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Tensors.Kernels;

/// <summary>bfloat16 in vectors: the upper half of a float32, rounded to nearest even.</summary>
internal static unsafe class Brain
{
    /// <summary>Reads 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source)
    {
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            return (System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector512UInt32(Vector256.Load(source)) << 16).AsSingle();
        var (lower, upper) = Vector256.Widen(Vector256.Load(source));
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    /// <summary>Writes 16 values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ushort* target)
    {
        var bits = value.AsUInt32();
        bits = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            System.Runtime.Intrinsics.X86.Avx512F.ConvertToVector256UInt16(bits).Store(target);
        else
            Vector256.Narrow(bits.GetLower(), bits.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load1(ushort* source) => BitConverter.UInt32BitsToSingle((uint)*source << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store1(float value, ushort* target)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *target = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
