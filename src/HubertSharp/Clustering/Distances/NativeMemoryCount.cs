namespace HubertSharp.Clustering.Distances;

/// <summary>How many <see cref="NativeArray{T}"/> live: a test sees that none is forgotten.</summary>
internal static class NativeMemoryCount
{
    private static int live;

    public static int Live => Volatile.Read(ref live);

    public static void Taken() => Interlocked.Increment(ref live);

    public static void Released() => Interlocked.Decrement(ref live);
}
