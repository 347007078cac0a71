using System.Runtime.Intrinsics.X86;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>Which device and which precision a configuration gets on this machine, and why.</summary>
internal static class PrecisionChoice
{
    public static Device Device(CommonConfig common)
    {
        var cuda = common.Device == "cuda" || (common.Device == "auto" && !common.Cpu && cuda_is_available());
        if (cuda && !cuda_is_available())
            throw PretrainingFaults.NoCuda();
        return cuda ? torch.CUDA : torch.CPU;
    }

    /// <summary>The precision, and a sentence for the log.</summary>
    public static (ComputePrecision Precision, string Why) For(CommonConfig common)
    {
        if (!common.Bf16 && !common.Fp16)
            return (ComputePrecision.Float32, "float32 (common.bf16=true is about twice as fast on processors that have it)");
        var asked = common.Bf16 ? "common.bf16" : "common.fp16, taken as bf16,";
        if (Device(common).type == DeviceType.CUDA || HasBFloat16())
            return (ComputePrecision.BFloat16, $"bf16 compute with float32 master weights ({asked} is true)");
        return (ComputePrecision.Float32, $"float32: {asked} is true, but this processor has neither AVX512-BF16 nor AMX");
    }

    // CPUID leaf 7: subleaf 1 EAX bit 5 is AVX512_BF16, subleaf 0 EDX bit 22 is AMX-BF16
    private static bool HasBFloat16()
    {
        if (!X86Base.IsSupported)
            return false;
        var (maxLeaf, _, _, _) = X86Base.CpuId(0, 0);
        if (maxLeaf < 7)
            return false;
        var (maxSubleaf, _, _, amx) = X86Base.CpuId(7, 0);
        var avx = maxSubleaf >= 1 ? X86Base.CpuId(7, 1).Eax : 0;
        return (avx & (1 << 5)) != 0 || (amx & (1 << 22)) != 0;
    }
}
