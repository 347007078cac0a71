using HubertSharp.Distributed.Sums;
using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Distributed.Nccl;

/// <summary>Tensors of GPUs, moved by NCCL.</summary>
/// <param name="communicator">Joined.</param>
/// <param name="place">Where the tensors lie: CUDA, outside of tests.</param>
internal sealed unsafe class NcclMover(NcclCommunicator communicator, DeviceType place) : ITensorMover
{
    // nccl.h
    private const int Float16 = 6, Float32 = 7, BFloat16 = 9, SumOperation = 0;

    /// <inheritdoc/>
    public DeviceType Place => place;

    private NcclCalls Calls => communicator.Calls;

    /// <inheritdoc/>
    public void AllReduce(Tensor piece)
    {
        var values = TensorPointer.Anywhere(piece);
        communicator.Run("ncclAllReduce", () => Calls.AllReduce(
            values, values, (nuint)piece.numel(), TypeOf(piece), SumOperation, communicator.Handle, NcclCommunicator.Stream));
    }

    /// <inheritdoc/>
    public void Exchange(Tensor given, Tensor taken, int partner)
    {
        int[] Only(long count)
        {
            var counts = new int[partner + 1];
            counts[partner] = checked((int)count);
            return counts;
        }
        var none = new int[partner + 1];
        AllToAll(given, Only(given.numel()), none, taken, Only(taken.numel()), none);
    }

    /// <inheritdoc/>
    public void AllToAll(Tensor from, int[] sent, int[] sentFrom, Tensor to, int[] received, int[] receivedAt)
    {
        byte* source = (byte*)TensorPointer.Anywhere(from), target = (byte*)TensorPointer.Anywhere(to);
        var size = from.ElementSize;
        communicator.Run("ncclSend and ncclRecv", () => communicator.Group(() =>
        {
            for (var other = 0; other < sent.Length; other++)
            {
                var code = sent[other] == 0 ? 0 : Calls.Send(source + (sentFrom[other] * size), (nuint)sent[other], TypeOf(from), other,
                    communicator.Handle, NcclCommunicator.Stream);
                if (code == 0 && received[other] > 0)
                    code = Calls.Receive(target + (receivedAt[other] * size), (nuint)received[other], TypeOf(to), other,
                        communicator.Handle, NcclCommunicator.Stream);
                if (code != 0)
                    return code;
            }
            return 0;
        }));
    }

    /// <summary>NCCL gathers slices of one size only; a broadcast from each rank knows none such.</summary>
    public void AllGather(Tensor whole, int[] counts, int[] places)
    {
        var values = (byte*)TensorPointer.Anywhere(whole);
        var size = whole.ElementSize;
        communicator.Run("ncclBroadcast", () => communicator.Group(() =>
        {
            for (var root = 0; root < counts.Length; root++)
            {
                var slice = values + (places[root] * size);
                var code = counts[root] == 0 ? 0 : Calls.Broadcast(slice, slice, (nuint)counts[root], TypeOf(whole), root,
                    communicator.Handle, NcclCommunicator.Stream);
                if (code != 0)
                    return code;
            }
            return 0;
        }));
    }

    private static int TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => Float32,
        ScalarType.Float16 => Float16,
        ScalarType.BFloat16 => BFloat16,
        var other => throw new ArgumentException($"nobody sends {other}", nameof(tensor)),
    };
}
