using System.Diagnostics;
using HubertSharp.Tensors;

namespace HubertSharp.Training;

/// <summary>What this process holds of the machine's memory, from the beginning of a run on.</summary>
internal static class ResidentMemory
{
    private const string References = "/proc/self/clear_refs"; // proc(5)
    private static long most;

    /// <summary>
    /// The kernel's own peak could not begin anew, because the system forbids it: the most is that of the moments at which
    /// <see cref="PeakMib"/> was asked for.
    /// </summary>
    public static bool IsSampled { get; private set; }

    /// <summary>Lets go of what earlier stages of the process have left, and begins a new peak.</summary>
    public static void Begin()
    {
        TorchRuntime.ReturnUnused();
        (most, IsSampled) = (0, !IsReset());
    }

    /// <summary>The most since the run began, in MiB.</summary>
    public static long PeakMib()
    {
        using var process = Process.GetCurrentProcess();
        most = Math.Max(most, (IsSampled ? process.WorkingSet64 : process.PeakWorkingSet64) >> 20);
        return most;
    }

    private static bool IsReset()
    {
        try
        {
            using var references = new FileStream(References, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            references.Write("5"u8);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
