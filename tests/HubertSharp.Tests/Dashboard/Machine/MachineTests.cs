using System.Runtime.Versioning;
using HubertSharp.Dashboard.Machine;

namespace HubertSharp.Tests.Dashboard.Machine;

public class MachineTests
{
    [Fact]
    public async Task Processors_and_memory_are_read_as_linux_writes_them()
    {
        using var proc = new TemporaryFolder();
        proc.Write("stat", "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3 4\n");
        proc.Write("meminfo", "MemTotal:       16777216 kB\nMemFree:         1 kB\nMemAvailable:    4194304 kB\n");
        proc.Write("loadavg", "1.25 0.90 0.50 2/300 4711\n");
        var clock = new SettableClock();
        using var monitor = new MachineMonitor(clock, new NvidiaSmi(null), proc.At("."));
        var first = await monitor.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal((null, 1.25, 12288.0, 16384.0, 0),
            (first.CpuShare, first.LoadAverage, first.MemoryUsedMib, first.MemoryMib, first.Gpus.Count));
        proc.Write("stat", "cpu  160 0 120 900 120 0 0 0 0 0\n");
        Assert.Same(first, await monitor.LookAsync(TestContext.Current.CancellationToken)); // seen a moment ago
        clock.Running += TimeSpan.FromSeconds(3);
        Assert.Equal(80.0 / 300, (await monitor.LookAsync(TestContext.Current.CancellationToken)).CpuShare!.Value, 6);
    }

    [Fact]
    public async Task A_machine_that_tells_nothing_is_no_error()
    {
        using var monitor = new MachineMonitor(new SettableClock(), new NvidiaSmi("/no/such/folder"), "/no/such/folder");
        var state = await monitor.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal((null, null, null, null), (state.CpuShare, state.LoadAverage, state.MemoryUsedMib, state.MemoryMib));
        Assert.Empty(state.Gpus);
    }

    [Theory]
    [SupportedOSPlatform("linux")]
    [InlineData("echo 'NVIDIA H200, 97, 81234, 143771, 640.12, 61'; echo 'NVIDIA A2, [N/A], 5, 16000, [Not Supported], 40'", 2)]
    [InlineData("echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9", 0)]
    [InlineData("yes 'noise on standard error' 2>/dev/null | head -c 300000 >&2; echo 'NVIDIA H200, 97, 81234, 143771, 640.12, 61'", 1)]
    [InlineData("yes", 0)]
    [InlineData("exec sleep 3600", 0, 0.5)]
    public async Task The_drivers_program_is_believed_bounded_and_never_waited_for(string script, int expected, double patience = 3600)
    {
        using var folder = new TemporaryFolder();
        ExecutableFile.Install(folder.Write("script", $"#!/bin/sh\n{script}\n"), folder.At("nvidia-smi"));
        var gpus = await new NvidiaSmi(folder.At("."), TimeSpan.FromSeconds(patience)).LookAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience.Long, TestContext.Current.CancellationToken);
        Assert.Equal(expected, gpus.Count);
        if (expected > 0)
            Assert.Equal(new GpuState("NVIDIA H200", 0.97, 81234, 143771, 640.12, 61), gpus[0]);
        if (expected > 1)
            Assert.Equal(new GpuState("NVIDIA A2", null, 5, 16000, null, 40), gpus[1]);
    }
}
