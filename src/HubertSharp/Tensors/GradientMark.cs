using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>The identity forward; tells when the backward pass comes through.</summary>
internal sealed class GradientMark : autograd.SingleTensorFunction<GradientMark>
{
    public override string Name => nameof(GradientMark);

    /// <param name="x">What later work uses.</param>
    /// <param name="reached">Called when its gradient is complete, and with it those of the parameters that later work alone uses.</param>
    public static Tensor Apply(Tensor x, Action reached) => x.requires_grad ? apply(x, reached) : x;

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("reached", vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data("reached"))();
        return [grad_output.alias(), null!];
    }
}
