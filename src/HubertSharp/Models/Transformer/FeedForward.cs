using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, N = B · T, D width, F width of the hidden layer.

/// <summary>
/// The feed-forward network up to its second product (whose bias goes with the residual, <see cref="ResidualNorm"/>). Bias, GELU
/// and dropout of the hidden layer are one pass over memory; backward adds parameter gradients straight to the flat buffer.
/// </summary>
internal sealed class FeedForward : autograd.SingleTensorFunction<FeedForward>
{
    public override string Name => nameof(FeedForward);

    /// <param name="first">Of the first product (fc1).</param>
    /// <param name="second">Of the second (fc2), the weight.</param>
    /// <param name="x">[B, T, D] in the compute type.</param>
    /// <param name="drop">Of the hidden layer (<c>activation_dropout</c>).</param>
    /// <returns>[B, T, D] without fc2's bias.</returns>
    public static Tensor Apply(WeightAndBias first, Parameter second, Tensor x, DropoutDraw drop) =>
        apply(x, first.Weight.Leaf, second.Leaf, new Settings(first, second, drop));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, first, second, settings) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).detach(), ((Tensor)vars[2]).detach(),
            (Settings)vars[3]);
        var flat = x.view(-1, x.shape[2]);
        var hidden = Products.Transposed(flat, first); // [N, F]
        var activation = empty_like(hidden);
        BiasGeluKernel.Forward(hidden, settings.First.Bias.Master(), activation, settings.Drop);
        Tensor[] saved = [flat, first, second, hidden, activation];
        ctx.save_for_backward([.. saved]);
        ctx.save_data("settings", settings);
        foreach (var tensor in saved)
            tensor.MoveToOuterDisposeScope();
        return Products.Transposed(activation, second).view(x.shape).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var saved = ctx.get_saved_variables();
        var (flat, first, second, hidden, activation) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var settings = (Settings)ctx.get_data("settings");
        var outer = grad_output.contiguous().view(-1, grad_output.shape[2]); // [N, D]
        settings.Second.Gradient.add_(Products.Of(outer.t(), activation), Scalars.One);
        var hiddenGradient = Products.Of(outer, second); // [N, F]
        BiasGeluKernel.Backward(hidden, hiddenGradient, settings.First.Bias.Gradient, settings.Drop);
        settings.First.Weight.Gradient.add_(Products.Of(hiddenGradient.t(), flat), Scalars.One);
        var inputGradient = Products.Of(hiddenGradient, first).view(grad_output.shape);
        foreach (var tensor in saved)
            tensor.Dispose();
        return [BackwardMemory.Return(inputGradient), null!, null!, null!];
    }

    private sealed record Settings(WeightAndBias First, Parameter Second, DropoutDraw Drop);
}
