using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Transformer;

// B rows, T frames, D width.

/// <summary>
/// <c>norm(residual + dropout(branch + bias))</c> in one pass over memory, the norm optional (pre-LN layers have it elsewhere).
/// Backward adds the gradients of bias and norm straight to the flat buffer.
/// </summary>
internal sealed class ResidualNorm : autograd.SingleTensorFunction<ResidualNorm>
{
    public override string Name => nameof(ResidualNorm);

    /// <param name="residual">[B, T, D] in the compute type.</param>
    /// <param name="branch">[B, T, D]; overwritten.</param>
    /// <param name="bias">The branch's bias.</param>
    /// <param name="norm">The layer norm, or null.</param>
    /// <param name="drop">Of the branch.</param>
    /// <returns>[B, T, D].</returns>
    public static Tensor Apply(Tensor residual, Tensor branch, Parameter bias, WeightAndBias? norm, DropoutDraw drop) =>
        apply(residual, branch, new Settings(bias, norm, drop));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (residual, branch, settings) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous(), (Settings)vars[2]);
        var bias = settings.Bias.Master();
        ctx.save_data("settings", settings);
        if (settings.Norm is not { } norm)
        {
            var copy = branch.clone(); // the result may not be an input that autograd knows
            ResidualNormKernel.Forward(residual, copy, bias, norm: null, null, null, settings.Drop);
            return copy.MoveToOuterDisposeScope();
        }
        var sum = branch.detach();
        var normalised = empty_like(sum);
        var statistics = empty([sum.numel() / sum.shape[^1], 2], float32);
        ResidualNormKernel.Forward(
            residual, sum, bias, (norm.Weight.Master(), norm.Bias.Master()), normalised, statistics,
            settings.Drop);
        ctx.save_for_backward([sum, statistics]);
        sum.MoveToOuterDisposeScope();
        statistics.MoveToOuterDisposeScope();
        return normalised.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var settings = (Settings)ctx.get_data("settings");
        var biasGradient = settings.Bias.Gradient;
        var outer = grad_output.contiguous();
        var branch = settings.Drop.Drops ? empty_like(outer) : null;
        if (settings.Norm is not { } norm)
        {
            ResidualNormKernel.Backward(outer, null, null, null, branch, (biasGradient, null, null), settings.Drop);
            return [BackwardMemory.Return(outer.alias()), BackwardMemory.Return(branch ?? outer.alias()), null!];
        }
        var saved = ctx.get_saved_variables();
        var (sum, statistics) = (saved[0], saved[1]);
        ResidualNormKernel.Backward(
            outer, sum, statistics, norm.Weight.Master(), branch,
            (biasGradient, norm.Weight.Gradient, norm.Bias.Gradient), settings.Drop);
        statistics.Dispose();
        return [BackwardMemory.Return(sum), BackwardMemory.Return(branch ?? sum.alias()), null!];
    }

    private sealed record Settings(Parameter Bias, WeightAndBias? Norm, DropoutDraw Drop);
}
