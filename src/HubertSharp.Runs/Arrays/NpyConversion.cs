using System.Numerics;
using System.Runtime.InteropServices;

namespace HubertSharp.Runs.Arrays;

/// <summary>Converts the little-endian elements of a <c>.npy</c> file to the numbers that a caller works with.</summary>
internal static class NpyConversion
{
    public static void Convert<T>(ReadOnlySpan<byte> source, NpyElementType type, Span<T> destination)
        where T : unmanaged, INumberBase<T>
    {
        switch (type)
        {
            case NpyElementType.Boolean or NpyElementType.UInt8:
                Each<byte, T>(source, destination);
                break;
            case NpyElementType.Int8:
                Each<sbyte, T>(source, destination);
                break;
            case NpyElementType.Int16:
                Each<short, T>(source, destination);
                break;
            case NpyElementType.UInt16:
                Each<ushort, T>(source, destination);
                break;
            case NpyElementType.Int32:
                Each<int, T>(source, destination);
                break;
            case NpyElementType.UInt32:
                Each<uint, T>(source, destination);
                break;
            case NpyElementType.Int64:
                Each<long, T>(source, destination);
                break;
            case NpyElementType.UInt64:
                Each<ulong, T>(source, destination);
                break;
            case NpyElementType.Float16:
                Each<Half, T>(source, destination);
                break;
            case NpyElementType.Float32:
                Each<float, T>(source, destination);
                break;
            case NpyElementType.Float64:
                Each<double, T>(source, destination);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private static void Each<TFrom, TTo>(ReadOnlySpan<byte> source, Span<TTo> destination)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        var values = MemoryMarshal.Cast<byte, TFrom>(source);
        for (var i = 0; i < destination.Length; i++)
            destination[i] = TTo.CreateSaturating(values[i]);
    }
}
