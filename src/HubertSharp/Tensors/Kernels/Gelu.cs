using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>
/// The exact (erf) GELU and its derivative in vectors. erf by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7), which
/// needs the same exponential as the derivative's density.
/// </summary>
internal static unsafe class Gelu
{
    private const int PartLength = 1 << 15;

    /// <summary>x · Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Value(Vector512<float> x) => x * Distribution(x, out _);

    /// <summary>Φ(x) + x · φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> x)
    {
        var distribution = Distribution(x, out var bell);
        return Vector512.FusedMultiplyAdd(x * 0.3989422804f, bell, distribution);
    }

    /// <summary>activation[i] = GELU(x[i]); float32 or bfloat16, both of one type.</summary>
    public static void Forward(Tensor x, Tensor activation)
    {
        var (source, target) = ((nint)TensorPointer.Any(x), (nint)TensorPointer.Any(activation));
        var brain = x.dtype == ScalarType.BFloat16;
        Parts(x.numel(), (start, length) =>
        {
            var i = 0;
            if (brain)
            {
                var from = (ushort*)source + start;
                var to = (ushort*)target + start;
                for (; i + 32 <= length; i += 32)
                {
                    Brain.Store(Value(Brain.Load(from + i)), to + i);
                    Brain.Store(Value(Brain.Load(from + i + 16)), to + i + 16);
                }
                for (; i < length; i++)
                    Brain.Store1(Value(Vector512.Create(Brain.Load1(from + i))).ToScalar(), to + i);
            }
            else
            {
                var from = (float*)source + start;
                var to = (float*)target + start;
                for (; i + 16 <= length; i += 16)
                    Value(Vector512.Load(from + i)).Store(to + i);
                for (; i < length; i++)
                    to[i] = Value(Vector512.Create(from[i])).ToScalar();
            }
        });
    }

    /// <summary>x[i] becomes gradient[i] · GELU′(x[i]).</summary>
    public static void BackwardInto(Tensor x, Tensor gradient)
    {
        var (place, outer) = ((nint)TensorPointer.Any(x), (nint)TensorPointer.Any(gradient));
        var brain = x.dtype == ScalarType.BFloat16;
        Parts(x.numel(), (start, length) =>
        {
            var i = 0;
            if (brain)
            {
                var to = (ushort*)place + start;
                var from = (ushort*)outer + start;
                for (; i + 32 <= length; i += 32)
                {
                    Brain.Store(Slope(Brain.Load(to + i)) * Brain.Load(from + i), to + i);
                    Brain.Store(Slope(Brain.Load(to + i + 16)) * Brain.Load(from + i + 16), to + i + 16);
                }
                for (; i < length; i++)
                    Brain.Store1(Slope(Vector512.Create(Brain.Load1(to + i))).ToScalar() * Brain.Load1(from + i), to + i);
            }
            else
            {
                var to = (float*)place + start;
                var from = (float*)outer + start;
                for (; i + 16 <= length; i += 16)
                    (Slope(Vector512.Load(to + i)) * Vector512.Load(from + i)).Store(to + i);
                for (; i < length; i++)
                    to[i] = Slope(Vector512.Create(to[i])).ToScalar() * from[i];
            }
        });
    }

    private static void Parts(long count, Action<long, int> body) =>
        CpuTeam.Run(checked((int)((count + PartLength - 1) / PartLength)),
            part => body((long)part * PartLength, (int)Math.Min(PartLength, count - (long)part * PartLength)));

    /// <summary>Φ(x), and exp(−x²/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Distribution(Vector512<float> x, out Vector512<float> bell)
    {
        var scaled = Vector512.MinNative(Vector512.Create(20f), Vector512.Abs(x) * 0.70710678f); // beyond it Φ is 0 or 1; NaN stays
        bell = VectorMath.ExpOfNegative(-scaled * scaled);
        var t = VectorMath.Inverse(Vector512.FusedMultiplyAdd(scaled, Vector512.Create(0.3275911f), Vector512<float>.One));
        var sum = Vector512.FusedMultiplyAdd(t, Vector512.Create(1.061405429f), Vector512.Create(-1.453152027f));
        sum = Vector512.FusedMultiplyAdd(t, sum, Vector512.Create(1.421413741f));
        sum = Vector512.FusedMultiplyAdd(t, sum, Vector512.Create(-0.284496736f));
        sum = Vector512.FusedMultiplyAdd(t, sum, Vector512.Create(0.254829592f));
        var tail = sum * t * bell * 0.5f;
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.One - tail, tail);
    }
}
