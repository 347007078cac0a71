using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>
/// What moves tensors between ranks: MPI in host memory, NCCL between GPUs. Tensors are flat, contiguous, and lie on <see cref="Place"/>;
/// counts and places are of numbers. Every call is one that all ranks make (of an exchange: both), and has ended when it returns.
/// </summary>
internal interface ITensorMover
{
    DeviceType Place { get; }

    /// <summary>Sums float32 over all ranks, in place.</summary>
    void AllReduce(Tensor piece);

    /// <summary>Two ranks send each other what they have, of any size.</summary>
    /// <param name="given">float32, what the other gets.</param>
    /// <param name="taken">The same of the other.</param>
    /// <param name="partner">The other's rank, which names this one.</param>
    void Exchange(Tensor given, Tensor taken, int partner);

    /// <summary>Every rank sends every other a slice.</summary>
    /// <param name="from">Of any type.</param>
    /// <param name="sent">To each rank.</param>
    /// <param name="sentFrom">Where these slices begin.</param>
    /// <param name="to">Of the same type.</param>
    /// <param name="received">From each rank.</param>
    /// <param name="receivedAt">Where these slices begin.</param>
    void AllToAll(Tensor from, int[] sent, int[] sentFrom, Tensor to, int[] received, int[] receivedAt);

    /// <summary>Every rank's slice goes to all, in place.</summary>
    void AllGather(Tensor whole, int[] counts, int[] places);
}
