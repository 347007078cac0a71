using static TorchSharp.torch;

namespace HubertSharp.Tensors.Kernels;

/// <summary>Numbers of one Adam update, ready for the elements.</summary>
/// <param name="GradientScale">Multiplies the gradient first.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Share1">What of the gradient enters the first moment: 1 − β1.</param>
/// <param name="Share2">What of its square enters the second: 1 − β2.</param>
/// <param name="Decay">Learning rate × weight decay.</param>
/// <param name="StepSize">Learning rate × sqrt(1 − β2^t) / (1 − β1^t).</param>
/// <param name="Epsilon">Added to the uncorrected sqrt(v).</param>
internal readonly record struct AdamStep(
    float GradientScale, float Beta1, float Beta2, float Share1, float Share2, float Decay, float StepSize, float Epsilon);

/// <summary>
/// fairseq's Adam in one pass over memory: scaling, moments, weight decay, update and the rounding of compute copies. Torch's
/// fused kernel needs separate passes for the norm's scale and the copies, and puts eps elsewhere.
/// </summary>
internal static unsafe class AdamKernel
{
    private const int PartLength = 1 << 16;

    /// <summary>
    /// The elements from <paramref name="from"/> of flat float32 tensors of one length on the CPU; <paramref name="compute"/>
    /// bfloat16 or null.
    /// </summary>
    public static void Apply(
        Tensor masters, Tensor gradients, Tensor first, Tensor second, Tensor? compute, long from, long count, AdamStep step)
    {
        var (p, g) = ((nint)(TensorPointer.Singles(masters) + from), (nint)(TensorPointer.Singles(gradients) + from));
        var (m, v) = ((nint)(TensorPointer.Singles(first) + from), (nint)(TensorPointer.Singles(second) + from));
        var c = compute is null ? 0 : (nint)(TensorPointer.Brains(compute) + from);
        CpuTeam.Run(checked((int)((count + PartLength - 1) / PartLength)), part =>
        {
            var start = (long)part * PartLength;
            var own = c == 0 ? null : (ushort*)c + start;
            var length = (int)Math.Min(PartLength, count - start);
            if (Lanes.AreWide)
                Span<Lanes512>((float*)p + start, (float*)g + start, (float*)m + start, (float*)v + start, own, length, step);
            else
                Span<Lanes256>((float*)p + start, (float*)g + start, (float*)m + start, (float*)v + start, own, length, step);
        });
    }

    private static void Span<TLanes>(float* p, float* g, float* m, float* v, ushort* compute, int length, AdamStep step)
        where TLanes : struct, ILanes<TLanes>
    {
        var i = 0;
        for (; i + 16 <= length; i += 16)
        {
            var gradient = TLanes.Load(g + i) * step.GradientScale;
            var first = TLanes.Load(m + i) * step.Beta1 + gradient * step.Share1;
            var second = TLanes.Load(v + i) * step.Beta2 + gradient * gradient * step.Share2;
            var value = TLanes.Load(p + i);
            value -= value * step.Decay;
            value -= first / (TLanes.Sqrt(second) + TLanes.Create(step.Epsilon)) * step.StepSize;
            first.Store(m + i);
            second.Store(v + i);
            value.Store(p + i);
            if (compute != null)
                value.Store(compute + i);
        }
        for (; i < length; i++)
        {
            var gradient = g[i] * step.GradientScale;
            m[i] = m[i] * step.Beta1 + gradient * step.Share1;
            v[i] = v[i] * step.Beta2 + gradient * gradient * step.Share2;
            p[i] -= p[i] * step.Decay;
            p[i] -= m[i] / (MathF.Sqrt(v[i]) + step.Epsilon) * step.StepSize;
            if (compute != null)
                Brain.Store1(p[i], compute + i);
        }
    }
}
