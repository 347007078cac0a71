using HubertSharp.SpeechTokenizer.Seanet.Frames;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>One direction of one layer of an LSTM of H numbers over I; gates lie as input, forget, cell and output.</summary>
/// <param name="Input">[4H, I].</param>
/// <param name="Recurrent">[4H, H].</param>
/// <param name="Bias">[4H].</param>
/// <param name="RecurrentBias">[4H].</param>
internal sealed record LstmWeights(Tensor Input, Tensor Recurrent, Tensor Bias, Tensor RecurrentBias)
{
    /// <summary>What the inputs give to the gates, where the network only computes; else null.</summary>
    public FrameConvolution? OverFrames { get; init; }

    /// <summary>The same with packed inputs; the matrix that they are packed from is let go.</summary>
    public LstmWeights Packed()
    {
        using var scope = NewDisposeScope();
        var window = new PaddedWindow(Stride: 1, Dilation: 1, Reach: 1);
        var packed = new FrameConvolution(null, window, Input.unsqueeze(2), Bias.add(RecurrentBias, Scalars.One));
        Input.Dispose();
        return this with { OverFrames = packed };
    }
}
