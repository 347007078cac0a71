using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Audio.Spectra;

/// <summary>Zeroed vectors outside the garbage collector's heap, aligned to cache lines.</summary>
internal sealed unsafe class LaneBuffer : IDisposable
{
    public LaneBuffer(int vectors)
    {
        var bytes = (nuint)(vectors * sizeof(Vector256<float>));
        Start = (Vector256<float>*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(Start, bytes);
    }

    ~LaneBuffer() => Free();

    public Vector256<float>* Start { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}
