using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Tensors;

/// <summary>
/// Inverted dropout whose mask is a pure function of a seed: nothing is stored, backward draws the same mask again. Each element
/// has 16 random bits of a counter hash, so the rate is a multiple of 1/65536 and does not depend on the number of threads.
/// </summary>
internal sealed class Dropout : autograd.SingleTensorFunction<Dropout>
{
    public override string Name => nameof(Dropout);

    /// <summary>Applies dropout; returns <paramref name="x"/> itself when there is nothing to drop.</summary>
    /// <param name="x">Any shape, float32 or bfloat16.</param>
    /// <param name="rate">Share of the elements that become 0; the others grow so that the mean stays.</param>
    /// <param name="seed">Derive one per place and step.</param>
    public static Tensor Apply(Tensor x, double rate, ulong seed)
    {
        if (rate <= 0)
            return x;
        if (x.device_type == DeviceType.CPU)
            return apply(x, rate, seed);
        // torch's kernel draws and applies in one pass; a seed of the place's own makes a resumed run repeat it
        cuda.manual_seed((long)(seed >> 1));
        return torch.nn.functional.dropout(x, rate, training: true);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_data("rate", vars[1]);
        ctx.save_data("seed", vars[2]);
        return Draw(x, (double)vars[1], (ulong)vars[2]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [Draw(grad_output, (double)ctx.get_data("rate"), (ulong)ctx.get_data("seed")), null!, null!];

    internal static Tensor Draw(Tensor x, double rate, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        // elements are kept when their 16 bits are at least the threshold
        var threshold = (int)Math.Clamp(Math.Round(rate * 65536), 0, 65536);
        if (threshold == 65536)
            return zeros_like(x).MoveToOuterDisposeScope();
        var scale = 65536f / (65536 - threshold);
        var input = x.contiguous();
        var output = empty_like(input);
        DropoutKernel.Apply(input, output, (ushort)threshold, scale, seed);
        return output.MoveToOuterDisposeScope();
    }
}
