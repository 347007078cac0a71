using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>Tells real recordings from made ones. B recordings, S samples.</summary>
internal abstract class Discriminator
{
    /// <param name="x">[B, 1, S].</param>
    /// <returns>In the caller's dispose scope.</returns>
    public abstract Judgement Forward(Tensor x);
}
