using HubertSharp.Models;
using HubertSharp.Models.Kernels;
using HubertSharp.Runs.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Pretraining;

/// <summary>
/// fairseq's Adam over the flat buffers: eps is added to the uncorrected sqrt(v), weight decay is decoupled and hits every
/// parameter. (torch's AdamW puts eps elsewhere, which shows in the loss after a few updates.)
/// </summary>
public sealed class FairseqAdam : IDisposable
{
    /// <summary>fairseq's <c>clip_grad_norm_</c>.</summary>
    private const double ClipEpsilon = 1e-6;

    private readonly ParameterStore _parameters;
    private readonly OptimizerConfig _config;
    private readonly List<Group> _groups = [];

    public FairseqAdam(ParameterStore parameters, OptimizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(config);
        _parameters = parameters;
        _config = config;
        for (var i = 0; i < parameters.Infos.Count; i++)
        {
            var (start, layer) = (parameters.Infos[i].Offset, parameters.Infos[i].EncoderLayer);
            var end = i + 1 < parameters.Infos.Count ? parameters.Infos[i + 1].Offset : parameters.Masters.numel();
            if (_groups.Count > 0 && _groups[^1].Layer == layer)
                _groups[^1] = _groups[^1] with { Count = end - _groups[^1].Start };
            else
                _groups.Add(new Group(start, end - start, layer));
        }
        LayerSkips = new long[_groups.Count(group => group.Layer is not null)];
        FirstMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
    }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg</c>).</summary>
    public Tensor FirstMoments { get; }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg_sq</c>).</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Updates done; set it when a checkpoint is loaded.</summary>
    public long Updates { get; set; }

    /// <summary>Per encoder layer, how many of the <see cref="Updates"/> passed over it; its own t is the difference.</summary>
    public long[] LayerSkips { get; }

    /// <summary>L2 norm of the flat gradients as they are now.</summary>
    public double GradientNorm() => Math.Sqrt(SumOfSquares.Of(_parameters.Gradients));

    /// <summary>What gradients of this norm are multiplied with so that they do not exceed the limit; a limit of 0 never clips.</summary>
    public static double ClipCoefficient(double norm, double limit) => limit > 0 ? Math.Min(1, limit / (norm + ClipEpsilon)) : 1;

    /// <summary>One update of the masters and their compute copies.</summary>
    /// <param name="learningRate">From <see cref="PolynomialDecay"/>.</param>
    /// <param name="gradientScale">What the gradients are multiplied with first: 1 / sample size × clip coefficient.</param>
    /// <param name="idleLayers">
    /// Encoder layers (from 0) without a gradient in this update, as layer drop leaves them: fairseq's Adam passes over them,
    /// without decay, momentum or a step of their own.
    /// </param>
    public void Update(double learningRate, double gradientScale = 1, IReadOnlySet<int>? idleLayers = null)
    {
        Updates++;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var group in _groups)
        {
            if (group.Layer is not { } layer)
                Update(group, StepOf(Updates, learningRate, gradientScale));
            else if (idleLayers is not null && idleLayers.Contains(layer))
                LayerSkips[layer]++;
            else
                Update(group, StepOf(Updates - LayerSkips[layer], learningRate, gradientScale));
        }
        if (_parameters.Masters.device_type != TorchSharp.DeviceType.CPU)
            _parameters.SyncCompute();
    }

    private AdamStep StepOf(long t, double learningRate, double gradientScale)
    {
        var (beta1, beta2) = _config.AdamBetas;
        var stepSize = learningRate * Math.Sqrt(1 - Math.Pow(beta2, t)) / (1 - Math.Pow(beta1, t));
        return new AdamStep((float)gradientScale, (float)beta1, (float)beta2, (float)(learningRate * _config.WeightDecay),
            (float)stepSize, (float)_config.AdamEps);
    }

    private void Update(Group group, AdamStep step)
    {
        if (_parameters.Masters.device_type == TorchSharp.DeviceType.CPU)
        {
            AdamKernel.Apply(
                _parameters.Masters, _parameters.Gradients, FirstMoments, SecondMoments, _parameters.Compute, group.Start, group.Count, step);
            return;
        }
        Tensor Part(Tensor flat) => flat.narrow(0, group.Start, group.Count);
        using var scale = step.GradientScale.ToScalar();
        using var keep = (1 - step.Decay).ToScalar();
        using var size = (-step.StepSize).ToScalar();
        var gradient = Part(_parameters.Gradients) * scale;
        var first = Part(FirstMoments).mul_(Scalars.Of(step.Beta1)).add_(gradient, alpha: Scalars.Of(1 - step.Beta1));
        var second = Part(SecondMoments).mul_(Scalars.Of(step.Beta2)).addcmul_(gradient, gradient, value: Scalars.Of(1 - step.Beta2));
        Part(_parameters.Masters).mul_(keep).addcdiv_(first, second.sqrt().add_(Scalars.Of(step.Epsilon)), value: size);
    }

    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }

    /// <summary>A stretch of the flat buffers that one encoder layer, or none, owns.</summary>
    private readonly record struct Group(long Start, long Count, int? Layer);
}
