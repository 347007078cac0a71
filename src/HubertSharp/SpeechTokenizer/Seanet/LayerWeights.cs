using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>
/// What layers that are being built compute with, under the released names: the tensors of a file, the parameters of a training, or
/// nothing but a note of what a network needs.
/// </summary>
internal abstract class LayerWeights : IDisposable
{
    /// <summary>The same in float32, where a training computes in fewer bits: for what is not to be rounded.</summary>
    public virtual LayerWeights Exact => this;

    /// <summary>A tensor as it is.</summary>
    public abstract Tensor Take(string name, params long[] shape);

    /// <summary>A weight whose norm is stored apart: <c>g v / |v|</c>, the norm over all axes but the first.</summary>
    /// <param name="name">Has <c>NAME.weight_g</c> and <c>NAME.weight_v</c>.</param>
    /// <param name="shape">Of the weight.</param>
    public abstract Tensor TakeNormed(string name, params long[] shape);

    /// <summary>One direction of one layer of an LSTM.</summary>
    /// <param name="name">Has <c>NAME.weight_ih_l0</c> and the like.</param>
    /// <param name="ending">Of layer and direction: <c>_l1_reverse</c>.</param>
    /// <param name="inputs">Its width of input.</param>
    /// <param name="width">Of its output.</param>
    public LstmWeights TakeLstm(string name, string ending, int inputs, int width) => new(
        Take($"{name}.weight_ih{ending}", 4L * width, inputs), Take($"{name}.weight_hh{ending}", 4L * width, width),
        Take($"{name}.bias_ih{ending}", 4L * width), Take($"{name}.bias_hh{ending}", 4L * width));

    public abstract void Dispose();

    /// <summary>The weight itself.</summary>
    /// <param name="norm">[first axis, 1, ...].</param>
    /// <param name="direction">Of the weight's shape.</param>
    protected static Tensor Normed(Tensor norm, Tensor direction) =>
        direction * (norm / direction.flatten(1).norm(1).view(norm.shape));
}
