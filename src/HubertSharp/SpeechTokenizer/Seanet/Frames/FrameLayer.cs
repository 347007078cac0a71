using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet.Frames;

/// <summary>
/// A layer that only computes, over frames whose channels lie side by side, [T, C]: every convolution is then one product of matrices,
/// and what lies between two products fits the caches. Its weights are packed once.
/// </summary>
internal abstract class FrameLayer : IDisposable
{
    /// <returns>[T', C'], in the caller's dispose scope.</returns>
    public abstract Tensor Forward(Tensor x);

    public abstract void Dispose();
}
