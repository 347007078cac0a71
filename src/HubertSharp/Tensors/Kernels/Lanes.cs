using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Rows of any width in vectors of 16: the last vector of a row is shorter and never touches the next row.</summary>
internal static unsafe class Lanes
{
    public const int Width = 16;

    /// <summary>Whether kernels run on <see cref="Lanes512"/>, else on <see cref="Lanes256"/>; a constant of the compiled code.</summary>
    public static bool AreWide => Vector512.IsHardwareAccelerated;

    /// <summary>Reads up to 16 values of a row; lanes beyond it hold <paramref name="fill"/>.</summary>
    /// <param name="count">Values left in the row from <paramref name="at"/> on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TFormat, TLanes>(void* source, long at, int count, float fill)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes> =>
        count >= Width ? TFormat.Load<TLanes>(source, at) : LoadPart<TFormat, TLanes>(source, at, count, fill);

    /// <summary>Writes the values of up to 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TFormat, TLanes>(TLanes value, void* target, long at, int count)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        if (count >= Width)
            TFormat.Store(value, target, at);
        else
            StorePart<TFormat, TLanes>(value, target, at, count);
    }

    /// <summary>Width of a row that is a whole number of the 32 elements which share one draw of dropout bits.</summary>
    public static long Padded(long width) => (width + 31) / 32 * 32;

    /// <summary>Whether a tensor's activations are bfloat16 (else float32).</summary>
    public static bool IsBrain(Tensor tensor) => tensor.dtype == ScalarType.BFloat16;

    private static TLanes LoadPart<TFormat, TLanes>(void* source, long at, int count, float fill)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var values = stackalloc float[Width];
        for (var i = 0; i < Width; i++)
            values[i] = i < count ? TFormat.Load1(source, at + i) : fill;
        return TLanes.Load(values);
    }

    private static void StorePart<TFormat, TLanes>(TLanes value, void* target, long at, int count)
        where TFormat : struct, INumberFormat
        where TLanes : struct, ILanes<TLanes>
    {
        var values = stackalloc float[Width];
        value.Store(values);
        for (var i = 0; i < count; i++)
            TFormat.Store1(values[i], target, at + i);
    }
}
