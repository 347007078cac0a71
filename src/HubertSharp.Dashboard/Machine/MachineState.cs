namespace HubertSharp.Dashboard.Machine;

/// <summary>How busy the machine is that the dashboard runs on; null where it does not say.</summary>
/// <param name="Name">Its host name.</param>
/// <param name="Processors">Logical processors.</param>
/// <param name="CpuShare">Share of them that was busy since the last look, 0 to 1.</param>
/// <param name="Gpus">None where nvidia-smi is not there or has nothing to say.</param>
internal sealed record MachineState(string Name, int Processors, double? CpuShare, double? LoadAverage, double? MemoryUsedMib,
    double? MemoryMib, IReadOnlyList<GpuState> Gpus);

/// <summary>One GPU as nvidia-smi sees it.</summary>
/// <param name="BusyShare">Share of the time in which something ran on it.</param>
internal sealed record GpuState(string Name, double? BusyShare, double? MemoryUsedMib, double? MemoryMib, double? Watts, double? Celsius);
