using static TorchSharp.torch;

namespace HubertSharp.Models;

/// <summary>Outputs of the layers before the last that have a prediction head.</summary>
/// <param name="layers">Which, from 1.</param>
internal sealed class MiddleOutputs(IReadOnlySet<int> layers)
{
    private readonly Dictionary<int, Tensor> _outputs = [];
    private int _seen;

    public Tensor this[int layer] => _outputs[layer];

    /// <summary>Is shown each layer's output in turn.</summary>
    public void See(Tensor output)
    {
        if (layers.Contains(++_seen))
            _outputs[_seen] = output.alias(); // of its own: layer drop hands the same output on
    }

    /// <summary>They outlive the scope in which they were seen.</summary>
    public void MoveToOuterDisposeScope()
    {
        foreach (var output in _outputs.Values)
            output.MoveToOuterDisposeScope();
    }
}
