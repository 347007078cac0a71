using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>A hash of a tensor's bits, to compare it with the same tensor in another process: any bit that differs changes it.</summary>
internal static unsafe class BitHash
{
    private const ulong Factor = 0x9E3779B97F4A7C15;

    /// <param name="tensor">Contiguous float32 of any device.</param>
    public static ulong Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var host = tensor.device_type == DeviceType.CPU ? tensor : tensor.cpu();
        var words = (uint*)TensorPointer.Singles(host);
        var count = host.numel();
        // four chains, so that one multiplication does not wait for the one before
        ulong a = 1, b = 2, c = 3, d = 4;
        var i = 0L;
        for (; i + 4 <= count; i += 4)
        {
            a = (a ^ words[i]) * Factor;
            b = (b ^ words[i + 1]) * Factor;
            c = (c ^ words[i + 2]) * Factor;
            d = (d ^ words[i + 3]) * Factor;
        }
        for (; i < count; i++)
            a = (a ^ words[i]) * Factor;
        GC.KeepAlive(host);
        return Mix(Mix(Mix(a) ^ b) ^ c) ^ d;
    }

    private static ulong Mix(ulong hash) => (hash ^ (hash >> 32)) * Factor;
}
