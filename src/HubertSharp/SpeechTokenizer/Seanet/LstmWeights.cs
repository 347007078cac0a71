using HubertSharp.SpeechTokenizer.Seanet.Frames;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>One direction of one layer of an LSTM of H numbers over I; gates lie as input, forget, cell and output.</summary>
/// <param name="Input">[4H, I].</param>
/// <param name="Recurrent">[4H, H].</param>
/// <param name="Bias">[4H].</param>
/// <param name="RecurrentBias">[4H].</param>
internal sealed record LstmWeights(Tensor Input, Tensor Recurrent, Tensor Bias, Tensor RecurrentBias)
{
    /// <summary>The same packed, where the network only computes; else null.</summary>
    public FrameLstm? OverFrames { get; init; }

    /// <summary>The same packed; the matrices that are packed are let go.</summary>
    public LstmWeights Packed()
    {
        var packed = new FrameLstm(this);
        Input.Dispose();
        Recurrent.Dispose();
        return this with { OverFrames = packed };
    }
}
