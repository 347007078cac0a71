using HubertSharp.SpeechTokenizer.Seanet;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Weights;

/// <summary>
/// Notes which parameters a network needs, in the order in which its layers ask for them; a network built of it computes nothing.
/// </summary>
internal sealed class ParameterNotes : LayerWeights
{
    private readonly List<ParameterSpec> _specs = [];
    private readonly Tensor _nothing = zeros(1).DetachFromDisposeScope();

    /// <summary>The parameters of whatever <paramref name="build"/> builds.</summary>
    public static IReadOnlyList<ParameterSpec> Of(Action<LayerWeights> build)
    {
        using var notes = new ParameterNotes();
        build(notes);
        return notes._specs;
    }

    public override Tensor Take(string name, params long[] shape)
    {
        _specs.Add(new ParameterSpec(name, shape, KeepFloat32: true));
        return _nothing;
    }

    public override Tensor TakeNormed(string name, params long[] shape)
    {
        _specs.Add(new ParameterSpec($"{name}.weight_g", [shape[0], .. shape.Skip(1).Select(_ => 1L)], KeepFloat32: true));
        return Take($"{name}.weight_v", shape);
    }

    public override void Dispose() => _nothing.Dispose();
}
