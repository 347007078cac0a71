using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>The memory of a contiguous CPU tensor. The tensor must outlive the use of the pointer.</summary>
internal static unsafe class TensorPointer
{
    public static float* Singles(Tensor tensor) => (float*)Of(tensor, ScalarType.Float32);

    /// <summary>bfloat16 as its 16 bits.</summary>
    public static ushort* Brains(Tensor tensor) => (ushort*)Of(tensor, ScalarType.BFloat16);

    public static void* Any(Tensor tensor) => Of(tensor, tensor.dtype);

    /// <summary>Of any device; on another than the CPU an address that only that device reads.</summary>
    public static void* Anywhere(Tensor tensor)
    {
        if (!tensor.is_contiguous())
            throw new ArgumentException($"needs a contiguous tensor, got {tensor}", nameof(tensor));
        return Address(tensor);
    }

    private static void* Of(Tensor tensor, ScalarType type)
    {
        if (tensor.dtype != type || !tensor.is_contiguous() || tensor.device_type != TorchSharp.DeviceType.CPU)
            throw new ArgumentException($"needs a contiguous {type} tensor on the CPU, got {tensor}", nameof(tensor));
        return Address(tensor);
    }

    private static void* Address(Tensor tensor)
    {
        var pointer = (void*)THSTensor_data(tensor.Handle);
        GC.KeepAlive(tensor);
        return pointer;
    }

    [DllImport("LibTorchSharp")]
    private static extern nint THSTensor_data(nint tensor);
}
