using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// A layer that keeps nothing but its input, and computes itself once more when its gradient is wanted (fairseq's
/// <c>checkpoint_activations</c>; Chen et al. 2016, section 3): a forward pass more, for the memory of one layer instead of all.
/// Exact, because every random draw of a layer is a function of its seed.
/// </summary>
internal sealed class Recomputation : autograd.SingleTensorFunction<Recomputation>
{
    public override string Name => nameof(Recomputation);

    /// <param name="layer">The layer; its parameters take their gradients themselves.</param>
    /// <param name="x">Its input.</param>
    /// <param name="constant">What it needs beside, without a gradient; or null.</param>
    /// <returns>The layer's output.</returns>
    public static Tensor Apply(Func<Tensor, Tensor?, Tensor> layer, Tensor x, Tensor? constant)
    {
        if (!is_grad_enabled() || !x.requires_grad)
            return layer(x, constant);
        return constant is null ? apply(x, layer) : apply(x, layer, constant);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, layer, constant) = ((Tensor)vars[0], (Func<Tensor, Tensor?, Tensor>)vars[1], vars.Length > 2 ? (Tensor)vars[2] : null);
        ctx.save_for_backward(constant is null ? [x] : [x, constant]);
        ctx.save_data("layer", layer);
        // a layer that hands its input through must not make autograd take the output for it
        var y = layer(x.detach(), constant);
        return y.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var layer = (Func<Tensor, Tensor?, Tensor>)ctx.get_data("layer");
        var x = saved[0].detach().requires_grad_(true);
        using (enable_grad())
        {
            var y = layer(x, saved.Count > 1 ? saved[1] : null);
            y.backward([grad_output]);
        }
        List<Tensor> gradients = [BackwardMemory.Return(x.grad!), null!];
        if (saved.Count > 1)
            gradients.Add(null!);
        return gradients;
    }
}
