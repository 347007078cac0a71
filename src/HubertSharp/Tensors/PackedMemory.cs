using System.Runtime.InteropServices;

namespace HubertSharp.Tensors;

/// <summary>
/// Memory of packed weights. Large ones are read from front to back again and again: on pages of 2 MiB, where the system gives them, memory
/// hands them over twice as fast as on pages of 4 KiB.
/// </summary>
internal sealed unsafe class PackedMemory : IDisposable
{
    private const nuint Line = 64, LargePage = 1 << 21;
    private const int AdviceLargePages = 14; // MADV_HUGEPAGE

    /// <param name="bytes">How many; there may be anything in them.</param>
    public PackedMemory(nuint bytes)
    {
        var isLarge = bytes >= 2 * LargePage;
        Start = NativeMemory.AlignedAlloc(bytes, isLarge ? LargePage : Line);
        if (isLarge && OperatingSystem.IsLinux())
            _ = Advise(Start, bytes / LargePage * LargePage, AdviceLargePages); // a system without them stays as it is
    }

    /// <summary>Null once it is disposed of.</summary>
    public void* Start { get; private set; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* start, nuint length, int advice);
}
