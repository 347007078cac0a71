using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>Puts arrays on a device. A GPU takes them from pinned memory while the host goes on.</summary>
internal static class DeviceCopy
{
    /// <param name="values">float, long or bool.</param>
    /// <param name="shape">Its product is the number of values.</param>
    /// <param name="device">Where the tensor is to be.</param>
    public static Tensor Of<T>(T[] values, ReadOnlySpan<long> shape, Device device)
        where T : unmanaged
    {
        var host = values switch
        {
            float[] singles => tensor(singles, shape),
            long[] integers => tensor(integers, shape),
            bool[] flags => tensor(flags, shape),
            _ => throw new ArgumentException($"no tensors of {typeof(T).Name}", nameof(values)),
        };
        if (device.type == TorchSharp.DeviceType.CPU)
            return host;
        using (host)
        {
            // torch's allocator hands pinned memory out again only when the copies that use it are done
            using var pinned = host.pin_memory();
            return pinned.to(device, non_blocking: true);
        }
    }
}
