using HubertSharp.Runs.Configuration.Groups;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>The type that gradients travel in between ranks, as <c>distributed_training.ddp_comm_hook</c> names it.</summary>
/// <param name="Type">float32, float16 or bfloat16.</param>
internal sealed record WireFormat(ScalarType Type)
{
    private const double LargestHalf = 65504;

    public static WireFormat Of(DistributedTrainingConfig config) => new(config.DdpCommHook switch
    {
        DistributedTrainingConfig.HalfHook => ScalarType.Float16,
        DistributedTrainingConfig.BrainHook => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    });

    public bool IsRounded => Type != ScalarType.Float32;

    public int Bytes => IsRounded ? 2 : 4;

    /// <summary>
    /// What gradients are multiplied with before they are rounded, and divided by after: a power of two, so that this alone changes no bit.
    /// fairseq divides by the number of processes; float16 ends at 65,504, which sums over thousands of frames pass in either way, so the
    /// largest gradient of all ranks decides here. bfloat16 has the range of float32.
    /// </summary>
    /// <param name="largest">Of all ranks, without its sign; a sum that is not finite stays so.</param>
    /// <param name="ranks">How many are added up.</param>
    public float Scale(float largest, int ranks) => Type != ScalarType.Float16 || !float.IsFinite(largest) || largest == 0
        ? 1
        // both it and its inverse are numbers
        : (float)Math.ScaleB(1, Math.Clamp((int)Math.Floor(Math.Log2(LargestHalf / ((double)largest * ranks))), -126, 126));
}
