using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Convolutions;

// B rows, T input frames, U output frames, C input channels, O output channels, K taps.

/// <summary>Convolution over time followed by GELU, the later blocks of the Base front end.</summary>
internal sealed class ConvolutionGelu : autograd.SingleTensorFunction<ConvolutionGelu>
{
    public override string Name => nameof(ConvolutionGelu);

    /// <param name="weight">The convolution's: [O, C, K] in the input's type.</param>
    /// <param name="x">[B, T, C].</param>
    /// <param name="stride">Frames between windows.</param>
    /// <returns>[B, U, O].</returns>
    public static Tensor Apply(Parameter weight, Tensor x, int stride) => apply(x, weight.Leaf, stride, new[] { weight.Gradient });

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, taps, stride) = (((Tensor)vars[0]).contiguous(), WindowProducts.TapsOf((Tensor)vars[1]), (int)vars[2]);
        var y = WindowProducts.Forward(x, taps, stride);
        var activation = empty_like(y);
        Gelu.Forward(y, activation);
        ctx.save_for_backward([x, taps, y]);
        ctx.save_data("gradient", vars[3]); // not saved as a variable: each backward adds to it
        ctx.save_data("stride", stride);
        x.MoveToOuterDisposeScope();
        taps.MoveToOuterDisposeScope();
        y.MoveToOuterDisposeScope();
        return activation.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var saved = ctx.get_saved_variables();
        var (x, taps, y) = (saved[0], saved[1], saved[2]);
        // nobody needs y any more: it becomes its own gradient
        Gelu.BackwardInto(y, grad_output.contiguous());
        var gradient = WindowProducts.Backward(x, taps, y, (int)ctx.get_data("stride"), ((Tensor[])ctx.get_data("gradient"))[0]);
        foreach (var tensor in saved)
            tensor.Dispose();
        return [BackwardMemory.Return(gradient), null!, null!, null!];
    }
}
