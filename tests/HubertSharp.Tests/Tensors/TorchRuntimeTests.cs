using System.Globalization;
using System.Runtime.InteropServices;
using HubertSharp.Tensors;

namespace HubertSharp.Tests.Tensors;

/// <summary>Alone, because a new thread takes the number that was set last by whomever.</summary>
[Collection("alone")]
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

    [Fact]
    public void Onednn_is_told_to_keep_few_primitives()
    {
        if (!OperatingSystem.IsLinux())
            return;
        TorchRuntime.Initialize();
        string?[] said = [Said("ONEDNN_PRIMITIVE_CACHE_CAPACITY"), Said("DNNL_PRIMITIVE_CACHE_CAPACITY")];
        Assert.InRange(int.Parse(Assert.Single(said, s => s is not null)!, CultureInfo.InvariantCulture), 0, 256); // 1,024 otherwise

        static string? Said(string name) => Marshal.PtrToStringAnsi(GetEnvironment(name));
    }

    [Fact]
    public void A_limit_is_one_threads_own()
    {
        TorchRuntime.Initialize();
        var all = TorchSharp.torch.get_num_threads();
        int limited, fresh, nested, after;
        using (TorchRuntime.SingleThreaded())
        {
            fresh = InNewThread(TorchSharp.torch.get_num_threads);
            using (TorchRuntime.SingleThreaded())
                nested = InNewThread(() =>
                {
                    using (TorchRuntime.SingleThreaded())
                        return TorchSharp.torch.get_num_threads();
                });
            TorchRuntime.Initialize(); // as every model does
            limited = TorchSharp.torch.get_num_threads();
        }
        after = TorchSharp.torch.get_num_threads();
        Assert.Equal((1, all, 1, all), (limited, fresh, nested, after));
        Assert.Equal(all, InNewThread(TorchSharp.torch.get_num_threads));
    }

    private static int InNewThread(Func<int> read)
    {
        var result = 0;
        var thread = new Thread(() => result = read());
        thread.Start();
        thread.Join();
        return result;
    }

    [DllImport("libc", EntryPoint = "getenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint GetEnvironment(string name);
}
