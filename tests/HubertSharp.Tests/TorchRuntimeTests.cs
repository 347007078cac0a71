using System.Runtime.InteropServices;

namespace HubertSharp.Tests;

public class TorchRuntimeTests
{
    [Fact]
    public void Openmp_is_told_not_to_spin()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TorchRuntime.Initialize();
        var spin = Marshal.PtrToStringAnsi(GetEnvironment("GOMP_SPINCOUNT"));
        Assert.True(spin is not null || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null);
        Assert.InRange(TorchSharp.torch.get_num_threads(), 1, Environment.ProcessorCount);
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint GetEnvironment(string name);
}
