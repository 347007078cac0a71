using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Ctc;

// B rows, T frames, D encoder width, V tokens.

/// <summary>The CTC output layer as a function: encoder output in, logits out.</summary>
internal static class CtcLayer
{
    /// <param name="head">Weights.</param>
    /// <param name="encoded">[B, T, D] float32: the encoder's last output, normalised where the model normalises it.</param>
    /// <returns>[B, T, V] float32, in the caller's dispose scope.</returns>
    public static Tensor Logits(CtcHead head, Tensor encoded)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var weight = tensor(head.Weight.ToSingles(), [.. head.Weight.Shape], device: encoded.device);
        var bias = tensor(head.Bias.ToSingles(), device: encoded.device);
        return F.linear(encoded, weight, bias).MoveToOuterDisposeScope();
    }
}
