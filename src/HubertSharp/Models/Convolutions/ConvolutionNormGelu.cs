using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Convolutions;

// B rows, T input frames, U output frames, C input channels, O output channels, K taps.

/// <summary>
/// Convolution over time, layer norm over channels and GELU: the blocks of the front end of Large and X-Large. Norm, GELU and bias are
/// one pass over memory each way.
/// </summary>
internal sealed class ConvolutionNormGelu : autograd.SingleTensorFunction<ConvolutionNormGelu>
{
    public override string Name => nameof(ConvolutionNormGelu);

    /// <param name="weight">Of the convolution.</param>
    /// <param name="bias">Of the convolution, where it has one.</param>
    /// <param name="norm">The layer norm.</param>
    /// <param name="x">[B, T, C], or [B, S] float32 samples for the first block.</param>
    /// <param name="stride">Frames between windows.</param>
    /// <param name="type">The compute type.</param>
    /// <returns>[B, U, O] in the compute type.</returns>
    public static Tensor Apply(Parameter weight, Parameter? bias, WeightAndBias norm, Tensor x, int stride, ScalarType type) =>
        apply(x, weight.Leaf, new Block(weight, bias, norm, stride, type));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, weight, block) = (((Tensor)vars[0]).contiguous(), (Tensor)vars[1], (Block)vars[2]);
        ctx.save_data("block", block);
        if (x.dim() == 2)
        {
            var frames = (x.shape[1] - weight.shape[2]) / block.Stride + 1;
            var first = empty([x.shape[0], frames, weight.shape[0]], block.Type);
            FirstNormKernel.Forward(x, SampleTaps(weight), block.BiasOrZeros, block.Gamma, block.Beta, block.Stride, first);
            ctx.save_for_backward([x]);
            x.MoveToOuterDisposeScope();
            return first.MoveToOuterDisposeScope();
        }
        var taps = WindowProducts.TapsOf(weight);
        var products = WindowProducts.Forward(x, taps, block.Stride);
        var activation = empty_like(products);
        NormGeluKernel.Forward(products, block.Bias, block.Gamma, block.Beta, activation);
        ctx.save_for_backward([x, taps, products]);
        x.MoveToOuterDisposeScope();
        taps.MoveToOuterDisposeScope();
        products.MoveToOuterDisposeScope();
        return activation.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var block = (Block)ctx.get_data("block");
        var saved = ctx.get_saved_variables();
        var outer = grad_output.contiguous();
        Tensor? gradient = null;
        if (saved is [var source])
        {
            var weightGradient = block.Weight.Gradient; // [O, 1, K]
            var tapGradient = zeros([weightGradient.shape[2], weightGradient.shape[0]], float32);
            FirstNormKernel.Backward(source, SampleTaps(block.Weight.Leaf), block.BiasOrZeros, block.Gamma,
                block.Beta, block.Stride, outer,
                (block.Norm.Weight.Gradient, block.Norm.Bias.Gradient, block.BiasOrNull?.Gradient, tapGradient));
            weightGradient.add_(tapGradient.t().unsqueeze(1), Scalars.One);
        }
        else
        {
            var (x, taps, products) = (saved[0], saved[1], saved[2]);
            // nobody needs the products any more: they become their own gradient
            NormGeluKernel.Backward(products, block.Bias, block.Gamma, block.Beta, outer,
                (block.Norm.Weight.Gradient, block.Norm.Bias.Gradient, block.BiasOrNull?.Gradient));
            gradient = BackwardMemory.Return(WindowProducts.Backward(x, taps, products, block.Stride, block.Weight.Gradient));
        }
        foreach (var tensor in saved)
            tensor.Dispose();
        return [gradient!, null!, null!];
    }

    /// <summary>[O, 1, K] to [K, O].</summary>
    private static Tensor SampleTaps(Tensor weight) => weight.detach().squeeze(1).t().contiguous();

    private sealed record Block(Parameter Weight, Parameter? BiasOrNull, WeightAndBias Norm, int Stride, ScalarType Type)
    {
        public Tensor Gamma => Norm.Weight.Master();

        public Tensor Beta => Norm.Bias.Master();

        public Tensor? Bias => BiasOrNull?.Master();

        public Tensor BiasOrZeros => Bias ?? zeros_like(Beta);
    }
}
