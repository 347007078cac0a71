using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Sum of squares in double: a float32 sum over millions of gradients is off by several parts in a million.</summary>
internal static unsafe class SumOfSquares
{
    private const int PartLength = 1 << 18;

    /// <param name="x">float32, any device.</param>
    public static double Of(Tensor x)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU)
        {
            using var sum = OnDevice(x);
            return sum.item<double>();
        }
        var count = x.numel();
        var source = (nint)TensorPointer.Singles(x);
        var sums = new double[checked((int)((count + PartLength - 1) / PartLength))];
        CpuTeam.Run(sums.Length, part =>
        {
            var start = (long)part * PartLength;
            sums[part] = OfSpan((float*)source + start, (int)Math.Min(PartLength, count - start));
        });
        GC.KeepAlive(x);
        return sums.Sum();
    }

    /// <summary>The same as a 0-dim float64 tensor of the device, which nobody waits for.</summary>
    /// <param name="x">float32, any device.</param>
    public static Tensor OnDevice(Tensor x)
    {
        using var guard = no_grad();
        using var squares = x * x;
        return squares.sum(float64);
    }

    private static double OfSpan(float* source, int length)
    {
        // four sums of four, on every processor: the same order everywhere
        var (a, b, c, d) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + 16 <= length; i += 16)
        {
            var (first, second) = Vector256.Widen(Vector256.Load(source + i));
            var (third, fourth) = Vector256.Widen(Vector256.Load(source + i + 8));
            a += first * first;
            b += second * second;
            c += third * third;
            d += fourth * fourth;
        }
        var sum = Vector256.Sum(a + c) + Vector256.Sum(b + d);
        for (; i < length; i++)
            sum += (double)source[i] * source[i];
        return sum;
    }
}
