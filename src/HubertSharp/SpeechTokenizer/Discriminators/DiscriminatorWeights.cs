using HubertSharp.SpeechTokenizer.Weights;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Discriminators;

/// <summary>The parameters of discriminators, some of whose weights are divided by their largest singular value.</summary>
/// <param name="parameters">They stay the caller's.</param>
/// <param name="buffers">Has <c>NAME.weight_u</c> and <c>NAME.weight_v</c>, the two vectors that lead to that value.</param>
internal sealed class DiscriminatorWeights(ParameterStore parameters, IReadOnlyDictionary<string, Tensor> buffers)
    : LearntWeights(parameters)
{
    private readonly ParameterStore _parameters = parameters;

    private const double Least = 1e-12;

    /// <summary>A weight divided by its largest singular value, as the power method has it by now (Miyato et al. 2018).</summary>
    /// <param name="name">Has <c>NAME.weight_orig</c>.</param>
    /// <param name="shape">Of the weight.</param>
    public Tensor TakeSpectral(string name, long[] shape)
    {
        using var scope = NewDisposeScope();
        var weight = Exact.Take($"{name}.weight_orig", shape);
        var matrix = weight.reshape(shape[0], -1);
        var (u, v) = (buffers[$"{name}.weight_u"], buffers[$"{name}.weight_v"]);
        // the vectors move on before the gradient is taken
        var largest = u.clone().dot(matrix.mv(v.clone()));
        return Rounded(weight / largest).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the two vectors of a weight a step further: in training only.</summary>
    public void Iterate(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var matrix = _parameters[$"{name}.weight_orig"].flatten(1);
        var (u, v) = (buffers[$"{name}.weight_u"], buffers[$"{name}.weight_v"]);
        v.copy_(Unit(matrix.t().mv(u)));
        u.copy_(Unit(matrix.mv(v)));
    }

    private static Tensor Unit(Tensor vector) => vector / vector.norm().clamp_min(Scalars.Of(Least));
}
