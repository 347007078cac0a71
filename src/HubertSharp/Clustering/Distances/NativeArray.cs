using System.Runtime.InteropServices;

namespace HubertSharp.Clustering.Distances;

/// <summary>Numbers outside the garbage collector's heap, of any size, aligned to cache lines, not cleared.</summary>
internal sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    public NativeArray(long length)
    {
        Length = length;
        Start = (T*)NativeMemory.AlignedAlloc(checked((nuint)(Math.Max(length, 1) * sizeof(T))), 64);
        GC.AddMemoryPressure(Math.Max(length, 1) * sizeof(T));
        NativeMemoryCount.Taken();
    }

    ~NativeArray() => Free();

    public long Length { get; }

    public T* Start { get; private set; }

    public Span<T> Span(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)start + (ulong)length, (ulong)Length);
        return new Span<T>(Start + start, length);
    }

    public Span<T> Span() => Span(0, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Start is null)
            return;
        NativeMemory.AlignedFree(Start);
        GC.RemoveMemoryPressure(Math.Max(Length, 1) * sizeof(T));
        NativeMemoryCount.Released();
        Start = null;
    }
}

/// <summary>How many <see cref="NativeArray{T}"/> live: a test sees that none is forgotten.</summary>
internal static class NativeMemoryCount
{
    private static int live;

    public static int Live => Volatile.Read(ref live);

    public static void Taken() => Interlocked.Increment(ref live);

    public static void Released() => Interlocked.Decrement(ref live);
}
