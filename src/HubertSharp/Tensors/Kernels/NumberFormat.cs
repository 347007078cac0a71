using System.Runtime.CompilerServices;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// How a kernel's activations are stored; it computes in float32 whatever they are. One implementation is compiled per format.
/// </summary>
internal unsafe interface INumberFormat
{
    /// <summary>Reads 16 values from element <paramref name="at"/> on.</summary>
    static abstract TLanes Load<TLanes>(void* source, long at)
        where TLanes : struct, ILanes<TLanes>;

    /// <summary>Writes 16 values.</summary>
    static abstract void Store<TLanes>(TLanes value, void* target, long at)
        where TLanes : struct, ILanes<TLanes>;

    static abstract float Load1(void* source, long at);

    static abstract void Store1(float value, void* target, long at);
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Format : INumberFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(void* source, long at)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((float*)source + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, void* target, long at)
        where TLanes : struct, ILanes<TLanes> => value.Store((float*)target + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load1(void* source, long at) => ((float*)source)[at];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store1(float value, void* target, long at) => ((float*)target)[at] = value;
}

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BFloat16Format : INumberFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(void* source, long at)
        where TLanes : struct, ILanes<TLanes> => TLanes.Load((ushort*)source + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes>(TLanes value, void* target, long at)
        where TLanes : struct, ILanes<TLanes> => value.Store((ushort*)target + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load1(void* source, long at) => Brain.Load1((ushort*)source + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store1(float value, void* target, long at) => Brain.Store1(value, (ushort*)target + at);
}
