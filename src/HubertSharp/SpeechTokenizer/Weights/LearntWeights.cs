using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Weights;

/// <summary>
/// The parameters of a training as its layers compute with them. Weights with a norm of their own are made anew whenever a network is
/// built, so that each update builds its network: that costs some objects and no copies.
/// </summary>
/// <param name="parameters">They stay the caller's.</param>
internal class LearntWeights(ParameterStore parameters) : LayerWeights
{
    private readonly Dictionary<string, LSTM> _lstms = new(StringComparer.Ordinal);

    /// <summary>Whether what is taken passes no gradient on to the parameters.</summary>
    public bool IsFrozen { get; set; }

    public override Tensor Take(string name, params long[] shape)
    {
        var leaf = parameters[name];
        return !leaf.shape.SequenceEqual(shape)
            ? throw new ArgumentException($"{name} is [{string.Join(", ", leaf.shape)}]", nameof(shape))
            : IsFrozen ? leaf.detach() : leaf;
    }

    public override Tensor TakeNormed(string name, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var norm = Take($"{name}.weight_g", [shape[0], .. shape.Skip(1).Select(_ => 1L)]);
        return Normed(norm, Take($"{name}.weight_v", shape)).MoveToOuterDisposeScope();
    }

    /// <summary>A module over the parameters' own memory, whose gradients add up where theirs do.</summary>
    public override LSTM TakeLstm(string name, string ending, int inputs, int width)
    {
        if (_lstms.TryGetValue(name + ending, out var made))
            return made;
        made = nn.LSTM(inputs, width);
        using var guard = no_grad();
        foreach (var (own, parameter) in made.named_parameters())
        {
            var stored = $"{name}.{own.Replace("_l0", ending, StringComparison.Ordinal)}";
            using var values = parameters[stored].detach();
            parameter.set_(values);
            parameter.grad = parameters.GradientOf(stored);
        }
        return _lstms[name + ending] = made;
    }

    public override void Dispose()
    {
        foreach (var made in _lstms.Values)
            made.Dispose();
        _lstms.Clear();
    }
}
