using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Rows of any width in vectors of 16: the last vector of a row is shorter and never touches the next row.</summary>
internal static unsafe class Lanes
{
    public const int Width = 16;

    /// <summary>Reads up to 16 values of a row; lanes beyond it hold <paramref name="fill"/>.</summary>
    /// <param name="count">Values left in the row from <paramref name="at"/> on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<TFormat>(void* source, long at, int count, float fill)
        where TFormat : struct, INumberFormat
    {
        if (count >= Width)
            return TFormat.Load(source, at);
        var value = Vector512.Create(fill);
        for (var i = 0; i < count; i++)
            value = value.WithElement(i, TFormat.Load1(source, at + i));
        return value;
    }

    /// <summary>Writes the values of up to 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TFormat>(Vector512<float> value, void* target, long at, int count)
        where TFormat : struct, INumberFormat
    {
        if (count >= Width)
        {
            TFormat.Store(value, target, at);
            return;
        }
        for (var i = 0; i < count; i++)
            TFormat.Store1(value.GetElement(i), target, at + i);
    }

    /// <summary>Width of a row that is a whole number of the 32 elements which share one draw of dropout bits.</summary>
    public static long Padded(long width) => (width + 31) / 32 * 32;

    /// <summary>Whether a tensor's activations are bfloat16 (else float32).</summary>
    public static bool IsBrain(Tensor tensor) => tensor.dtype == ScalarType.BFloat16;
}
