using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>The identity forward; multiplies the gradient on its way back (fairseq's <c>GradMultiply</c>).</summary>
internal sealed class GradientMultiplier : autograd.SingleTensorFunction<GradientMultiplier>
{
    public override string Name => nameof(GradientMultiplier);

    public static Tensor Apply(Tensor x, double factor) => factor == 1 ? x : apply(x, factor);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("factor", vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [grad_output * Scalars.Of((double)ctx.get_data("factor")), null!];
}
