using System.Diagnostics;

namespace HubertSharp.Training;

/// <summary>What this process holds of the machine's memory.</summary>
internal static class ResidentMemory
{
    /// <summary>The most so far, in MiB.</summary>
    public static long PeakMib()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 >> 20;
    }
}
