using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;

namespace HubertSharp.Models.Ctc;

// B rows, T frames, V classes.

/// <summary>
/// CTC's loss of a batch with its gradient, computed on the processor whatever the device is: logits are small beside what they come
/// from.
/// </summary>
internal static class CtcLoss
{
    /// <summary>The loss of each row in nats, and the gradient of their sum.</summary>
    /// <param name="logits">[B, T, V] float32.</param>
    /// <param name="frames">[B] frames of each row that hold audio.</param>
    /// <param name="targets">Per row the classes of its transcript.</param>
    /// <param name="blank">Class of the blank.</param>
    /// <returns>
    /// Infinite where a row has fewer frames than its transcript needs, whose gradient is 0 then; and [B, T, V] float32 on the device of
    /// the logits, in the caller's dispose scope.
    /// </returns>
    public static unsafe (double[] Rows, Tensor Gradient) Of(Tensor logits, int[] frames, int[][] targets, int blank)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (rows, most, classes) = (frames.Length, (int)logits.shape[1], (int)logits.shape[2]);
        var host = logits.detach().cpu().contiguous();
        var gradient = zeros_like(host);
        var (x, g) = ((nint)TensorPointer.Singles(host), (nint)TensorPointer.Singles(gradient));
        var losses = new double[rows];
        CpuTeam.Run(rows, row =>
        {
            var start = (long)row * most * classes;
            losses[row] = CtcKernel.Loss((float*)x + start, (float*)g + start, frames[row], classes, targets[row], blank);
        });
        GC.KeepAlive(host);
        return (losses, gradient.to(logits.device).MoveToOuterDisposeScope());
    }

    /// <summary>Frames that a transcript needs: one for each symbol, and a blank between two that are the same.</summary>
    public static int FramesNeeded(ReadOnlySpan<int> target)
    {
        var needed = target.Length;
        for (var i = 1; i < target.Length; i++)
            needed += target[i] == target[i - 1] ? 1 : 0;
        return needed;
    }
}
