using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Sums;

/// <summary>Tensors of host memory, moved by MPI, which knows no number of 16 bits: they are bytes to it.</summary>
/// <param name="mpi">Begun.</param>
/// <param name="beside">Whether other work wants the processor meanwhile.</param>
internal sealed unsafe class MpiMover(MpiLibrary mpi, bool beside) : ITensorMover
{
    /// <inheritdoc/>
    public DeviceType Place => DeviceType.CPU;

    /// <inheritdoc/>
    public void AllReduce(Tensor piece) => mpi.AllReduce(TensorPointer.Singles(piece), checked((int)piece.numel()), beside);

    /// <inheritdoc/>
    public void Exchange(Tensor given, Tensor taken, int partner) => mpi.Exchange(
        (float*)TensorPointer.Any(given), checked((int)given.numel()), (float*)TensorPointer.Any(taken), checked((int)taken.numel()),
        partner, beside);

    /// <inheritdoc/>
    public void AllToAll(Tensor from, int[] sent, int[] sentFrom, Tensor to, int[] received, int[] receivedAt)
    {
        void* source = TensorPointer.Any(from), target = TensorPointer.Any(to);
        if (from.dtype == ScalarType.Float32)
            mpi.AllToAll((float*)source, sent, sentFrom, (float*)target, received, receivedAt, beside);
        else
            mpi.AllToAll((byte*)source, Bytes(from, sent), Bytes(from, sentFrom),
                (byte*)target, Bytes(to, received), Bytes(to, receivedAt), beside);
    }

    /// <inheritdoc/>
    public void AllGather(Tensor whole, int[] counts, int[] places)
    {
        if (whole.dtype == ScalarType.Float32)
            mpi.AllGather(TensorPointer.Singles(whole), counts, places, beside);
        else
            mpi.AllGather((byte*)TensorPointer.Any(whole), Bytes(whole, counts), Bytes(whole, places), beside);
    }

    private static int[] Bytes(Tensor tensor, int[] counts) => [.. counts.Select(count => checked(count * (int)tensor.ElementSize))];
}
