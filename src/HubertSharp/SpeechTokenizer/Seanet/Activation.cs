using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels.Convolutions;
using static TorchSharp.torch;

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
    public Activation(LayerWeights weights, string name, int channels, bool isSnake) =>
        _alpha = isSnake ? weights.Take($"{name}.alpha", 1, channels, 1) : null;

    public override Tensor Forward(Tensor x)
    {
        if (_alpha is null)
            return x.elu(Scalars.One, Scalars.One, Scalars.One);
        using var scope = NewDisposeScope();
        var wave = sin(_alpha * x);
        return x.add(wave * wave * _alpha.add(Scalars.Of(Least), Scalars.One).reciprocal(), Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>The same over rows of channels.</summary>
    public RowActivation OverRows() => new(_alpha);

    public override long Spoiled(long inputs) => inputs;
}
