using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace HubertSharp.SpeechTokenizer.Seanet;

/// <summary>ELU, or Snake: x + sin²(αx) / α with an α of each channel.</summary>
internal sealed class Activation : SeanetLayer
{
    private const double Least = 1e-9;

    private readonly Tensor? _alpha; // [1, C, 1]

    /// <param name="weights">Of Snake: has <c>NAME.alpha</c>.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="channels">Of the input.</param>
    /// <param name="isSnake">Else ELU.</param>
    public Activation(TokenizerWeights weights, string name, int channels, bool isSnake) =>
        _alpha = isSnake ? weights.Take($"{name}.alpha", 1, channels, 1) : null;

    public override Tensor Forward(Tensor x)
    {
        if (_alpha is null)
            return elu(x, 1.0);
        using var scope = NewDisposeScope();
        return (x + ((_alpha + Least).reciprocal() * sin(_alpha * x).square())).MoveToOuterDisposeScope();
    }

    public override long Spoiled(long inputs) => inputs;
}
