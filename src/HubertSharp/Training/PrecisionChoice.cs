using System.Runtime.Intrinsics.X86;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training;

/// <summary>Which device and which precision a configuration gets on this machine, and why.</summary>
internal static class PrecisionChoice
{
    public static Device Device(CommonConfig common) => Device(common.Device == "auto" && common.Cpu ? "cpu" : common.Device);

    /// <param name="name">cpu, cuda, or auto: a GPU where there is one.</param>
    /// <exception cref="Runs.UserException">cuda is asked for and not there.</exception>
    public static Device Device(string name)
    {
        var cuda = name == "cuda" || (name == "auto" && cuda_is_available());
        if (cuda && !cuda_is_available())
            throw TrainingFaults.NoCuda();
        return cuda ? torch.CUDA : torch.CPU;
    }

    /// <summary>The precision on this machine, and a sentence for the log.</summary>
    public static (ComputePrecision Precision, string Why) For(CommonConfig common)
    {
        var cuda = Device(common).type == DeviceType.CUDA;
        return For(common, cuda, cuda || HasBFloat16());
    }

    /// <summary>The precision of what runs on the processor even where the training has a GPU: reading features, say.</summary>
    public static ComputePrecision OnProcessor(CommonConfig common) => For(common, cuda: false, HasBFloat16()).Precision;

    /// <summary>The precision on a machine of which these two things are known.</summary>
    internal static (ComputePrecision Precision, string Why) For(
        CommonConfig common, bool cuda, bool multipliesBFloat16) => (common.Bf16, common.Fp16) switch
        {
            (true, _) when multipliesBFloat16 =>
                (ComputePrecision.BFloat16, "bf16 compute with float32 master weights: common.bf16 is true"),
            (not true, true) when cuda =>
                (ComputePrecision.Float16, "fp16 compute with float32 master weights and a dynamic loss scale: common.fp16 is true"),
            (not true, true) when multipliesBFloat16 => (ComputePrecision.BFloat16,
                "bf16 compute with float32 master weights: common.fp16 is true, which a processor computes as bf16, without a loss scale"),
            (true, _) or (_, true) => (ComputePrecision.Float32,
                $"float32: common.{(common.Bf16 is true ? "bf16" : "fp16")} is true, but this processor has neither AVX512-BF16 nor AMX"),
            (null, null) when multipliesBFloat16 => (ComputePrecision.BFloat16,
                $"bf16 compute with float32 master weights: the default where the {(cuda ? "GPU" : "processor")} multiplies bf16; "
                + $"common.bf16=false gives float32"),
            (null, null) => (ComputePrecision.Float32, "float32: this processor has neither AVX512-BF16 nor AMX"),
            _ => (ComputePrecision.Float32, $"float32: common.{(common.Bf16 is false ? "bf16" : "fp16")} is false"),
        };

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
