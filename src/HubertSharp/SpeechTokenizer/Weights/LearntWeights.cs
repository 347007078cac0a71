using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Weights;

/// <summary>
/// The parameters of a training as its layers compute with them. Weights with a norm of their own are made anew whenever a network is
/// built, so that each update builds its network: that costs some objects and no copies.
/// </summary>
/// <param name="parameters">They stay the caller's.</param>
internal class LearntWeights(ParameterStore parameters) : LayerWeights
{
    private ExactWeights? _exact;

    /// <summary>Whether what is taken passes no gradient on to the parameters.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Norms are taken in float32, whatever is rounded afterwards.</summary>
    public override LayerWeights Exact => _exact ??= new ExactWeights(this);

    public override Tensor Take(string name, params long[] shape) => Rounded(Leaf(name, shape));

    public override Tensor TakeNormed(string name, params long[] shape)
    {
        using var scope = NewDisposeScope();
        return Rounded(Exact.TakeNormed(name, shape)).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
    }

    /// <summary>In the type that layers compute in; the gradient goes on to what is given.</summary>
    protected Tensor Rounded(Tensor exact) => exact.to_type(parameters.ComputeType);

    private Tensor Leaf(string name, long[] shape)
    {
        var leaf = parameters[name];
        return !leaf.shape.SequenceEqual(shape)
            ? throw new ArgumentException($"{name} is [{string.Join(", ", leaf.shape)}]", nameof(shape))
            : IsFrozen ? leaf.detach() : leaf;
    }

    private sealed class ExactWeights(LearntWeights weights) : LayerWeights
    {
        public override Tensor Take(string name, params long[] shape) => weights.Leaf(name, shape);

        public override Tensor TakeNormed(string name, params long[] shape)
        {
            using var scope = NewDisposeScope();
            var norm = Take($"{name}.weight_g", [shape[0], .. shape.Skip(1).Select(_ => 1L)]);
            return Normed(norm, Take($"{name}.weight_v", shape)).MoveToOuterDisposeScope();
        }

        public override void Dispose()
        {
        }
    }
}
