using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels.Recurrent;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>One direction of one layer of an LSTM that only computes: its matrices, packed.</summary>
internal sealed class FrameLstm : IDisposable
{
    private readonly FrameConvolution _inputs;
    private readonly PackedGates _recurrent;

    /// <param name="weights">Of the direction.</param>
    public FrameLstm(LstmWeights weights)
    {
        using var scope = NewDisposeScope();
        var window = new PaddedWindow(Stride: 1, Dilation: 1, Reach: 1);
        _inputs = new FrameConvolution(null, window, weights.Input.unsqueeze(2), weights.Bias.add(weights.RecurrentBias, Scalars.One));
        _recurrent = new PackedGates(weights.Recurrent);
    }

    /// <summary>See <see cref="LstmKernel"/>.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="before">Hidden values and cells before the first frame, [1, B, H] each; null for zeros.</param>
    /// <param name="reversed">From the last frame to the first.</param>
    /// <returns>Hidden values and cells, [T, B, H] each, in the caller's dispose scope.</returns>
    public (Tensor Hidden, Tensor Cells) Forward(Tensor x, (Tensor Hidden, Tensor Cell)? before, bool reversed)
    {
        using var scope = NewDisposeScope();
        var gates = _inputs.Forward(x.contiguous().view(-1, x.shape[2]));
        long[] shape = [x.shape[0], x.shape[1], _recurrent.Width];
        var (hidden, cells) = (empty(shape), empty(shape));
        LstmKernel.Forward(gates, _recurrent, before, hidden, cells, reversed);
        return (hidden.MoveToOuterDisposeScope(), cells.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _recurrent.Dispose();
    }
}
