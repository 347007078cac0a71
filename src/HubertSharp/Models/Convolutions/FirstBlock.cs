using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Convolutions;

// B rows, S samples, T frames, C channels, K taps.

/// <summary>
/// The first block of the Base front end — convolution of one channel, GroupNorm(C, C), GELU — without ever storing what lies
/// between. The convolution is linear, so its mean and variance over time follow from the first and second moments of the
/// samples under its taps, and so does everything that the norm's backward adds to the weight gradient.
/// </summary>
internal sealed class FirstBlock : autograd.SingleTensorFunction<FirstBlock>
{
    private const double Epsilon = 1e-5;
    private const int FramesPerPart = 256;

    public override string Name => nameof(FirstBlock);

    /// <param name="convolution">Its weight; it has no bias.</param>
    /// <param name="norm">The norm.</param>
    /// <param name="source">[B, S] float32.</param>
    /// <param name="stride">Samples between frames.</param>
    /// <param name="brain">Whether the compute type is bfloat16.</param>
    /// <returns>[B, T, C] in the compute type.</returns>
    public static Tensor Apply(Parameter convolution, WeightAndBias norm, Tensor source, int stride, bool brain) =>
        apply(source, convolution.Leaf, norm.Weight.Leaf, norm.Bias.Leaf, stride, brain,
            new[] { convolution.Gradient, norm.Weight.Gradient, norm.Bias.Gradient });

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (source, weight, gamma, beta) = (((Tensor)vars[0]).contiguous(), (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        var (stride, brain) = ((int)vars[4], (bool)vars[5]);
        var (rows, samples) = ((int)source.shape[0], (int)source.shape[1]);
        var (channels, kernel) = ((int)weight.shape[0], (int)weight.shape[2]);
        var frames = (samples - kernel) / stride + 1;
        var stats = new FirstBlockStatistics[rows];
        var from = (nint)TensorPointer.Singles(source);
        var (weights, scales, shifts) = (Values(weight), Values(gamma), Values(beta));
        CpuTeam.Run(rows, row => stats[row] = FirstBlockStatistics.Of(
            (float*)from + (long)row * samples, frames, kernel, stride, weights, scales, shifts, Epsilon));
        var output = empty([rows, frames, channels], brain ? bfloat16 : float32);
        var to = (nint)TensorPointer.Any(output);
        var parts = (frames + FramesPerPart - 1) / FramesPerPart;
        CpuTeam.Run(rows * parts, part =>
        {
            var (row, first) = (part / parts, part % parts * FramesPerPart);
            var at = ((long)row * frames + first) * channels;
            fixed (float* folded = stats[row].FoldedWeights, shift = stats[row].FoldedShift)
                FirstBlockKernel.Forward((float*)from + (long)row * samples + (long)first * stride, folded, shift,
                    brain ? (ushort*)to + at : (float*)to + at, brain, Math.Min(FramesPerPart, frames - first), channels, kernel, stride);
        });
        ctx.save_for_backward([source]);
        ctx.save_data("gradients", vars[6]); // not saved as variables: each backward adds to them
        ctx.save_data("stats", stats);
        ctx.save_data("stride", stride);
        source.MoveToOuterDisposeScope();
        return output.MoveToOuterDisposeScope();
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        BackwardMemory.Release();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var source = ctx.get_saved_variables()[0];
        var gradients = (Tensor[])ctx.get_data("gradients");
        var stats = (FirstBlockStatistics[])ctx.get_data("stats");
        var stride = (int)ctx.get_data("stride");
        var gradient = grad_output.contiguous();
        var brain = gradient.dtype == ScalarType.BFloat16;
        var (rows, frames, channels) = ((int)gradient.shape[0], (int)gradient.shape[1], (int)gradient.shape[2]);
        var (samples, kernel) = ((int)source.shape[1], stats[0].Kernel);
        var parts = (frames + FramesPerPart - 1) / FramesPerPart;
        var sums = new float[rows * parts][];
        var (from, outer) = ((nint)TensorPointer.Singles(source), (nint)TensorPointer.Any(gradient));
        CpuTeam.Run(sums.Length, part =>
        {
            var (row, first) = (part / parts, part % parts * FramesPerPart);
            var at = ((long)row * frames + first) * channels;
            var sum = new float[(kernel + 1) * channels];
            fixed (float* folded = stats[row].FoldedWeights, shift = stats[row].FoldedShift, target = sum)
                FirstBlockKernel.Backward((float*)from + (long)row * samples + (long)first * stride, folded, shift,
                    brain ? (ushort*)outer + at : (float*)outer + at, brain, target, Math.Min(FramesPerPart, frames - first), channels,
                    kernel, stride);
            sums[part] = sum;
        });
        var (weightGradient, gammaGradient, betaGradient) = (new float[channels * kernel], new float[channels], new float[channels]);
        for (var row = 0; row < rows; row++)
            stats[row].AddGradients(sums.AsSpan(row * parts, parts), weightGradient, gammaGradient, betaGradient);
        gradients[0].add_(tensor(weightGradient, gradients[0].shape), Scalars.One);
        gradients[1].add_(tensor(gammaGradient), Scalars.One);
        gradients[2].add_(tensor(betaGradient), Scalars.One);
        return [null!, null!, null!, null!, null!, null!, null!];
    }

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
