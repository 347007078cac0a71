using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>Averages of the weights over the updates; they lie beside the weights in a checkpoint, and are what is used of it.</summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly ParameterStore _parameters;
    private readonly double _decay;
    private readonly Tensor _flat;
    private readonly Dictionary<string, Tensor> _views;

    /// <param name="parameters">They stay the caller's.</param>
    /// <param name="decay">What stays of the averages at an update.</param>
    public AveragedWeights(ParameterStore parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        _flat = zeros_like(parameters.Masters).DetachFromDisposeScope();
        _views = parameters.Infos.ToDictionary(info => TokenizerNames.Averaged + info.Name,
            info => _flat.narrow(0, info.Offset, info.Count).view([.. info.Shape]).DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, Tensor> Buffers => _views;

    /// <summary>They begin as the weights are.</summary>
    public void Begin()
    {
        using var guard = no_grad();
        _flat.copy_(_parameters.Masters);
    }

    public void Follow()
    {
        using var guard = no_grad();
        _flat.mul_(Scalars.Of(_decay)).add_(_parameters.Masters, Scalars.Of(1 - _decay));
    }

    /// <summary>Computes something with the averages in the place of the weights.</summary>
    public T Instead<T>(Func<T> compute)
    {
        using var guard = no_grad();
        using var weights = _parameters.Masters.clone();
        try
        {
            _parameters.Masters.copy_(_flat);
            return compute();
        }
        finally
        {
            _parameters.Masters.copy_(weights);
        }
    }

    public void Dispose()
    {
        foreach (var view in _views.Values)
            view.Dispose();
        _flat.Dispose();
    }
}
