using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>A layer over [B, C, S] that hears only its surroundings.</summary>
internal abstract class SeanetLayer
{
    /// <returns>In the caller's dispose scope.</returns>
    public abstract Tensor Forward(Tensor x);

    /// <summary>
    /// How many of the layer's outputs at a cut are not those of the whole recording, when that many of its inputs are not.
    /// </summary>
    public abstract long Spoiled(long inputs);
}
