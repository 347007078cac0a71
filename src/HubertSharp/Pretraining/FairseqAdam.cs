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

    public FairseqAdam(ParameterStore parameters, OptimizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(config);
        _parameters = parameters;
        _config = config;
        FirstMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
    }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg</c>).</summary>
    public Tensor FirstMoments { get; }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg_sq</c>).</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Updates done; set it when a checkpoint is loaded.</summary>
    public long Updates { get; set; }

    /// <summary>L2 norm of the flat gradients as they are now.</summary>
    public double GradientNorm() => Math.Sqrt(SumOfSquares.Of(_parameters.Gradients));

    /// <summary>What gradients of this norm are multiplied with so that they do not exceed the limit; a limit of 0 never clips.</summary>
    public static double ClipCoefficient(double norm, double limit) => limit > 0 ? Math.Min(1, limit / (norm + ClipEpsilon)) : 1;

    /// <summary>One update of the masters and their compute copies.</summary>
    /// <param name="learningRate">From <see cref="PolynomialDecay"/>.</param>
    /// <param name="gradientScale">What the gradients are multiplied with first: 1 / sample size × clip coefficient.</param>
    public void Update(double learningRate, double gradientScale = 1)
    {
        Updates++;
        var (beta1, beta2) = _config.AdamBetas;
        var stepSize = learningRate * Math.Sqrt(1 - Math.Pow(beta2, Updates)) / (1 - Math.Pow(beta1, Updates));
        var step = new AdamStep((float)gradientScale, (float)beta1, (float)beta2, (float)(learningRate * _config.WeightDecay),
            (float)stepSize, (float)_config.AdamEps);
        if (_parameters.Masters.device_type == TorchSharp.DeviceType.CPU)
        {
            AdamKernel.Apply(_parameters.Masters, _parameters.Gradients, FirstMoments, SecondMoments, _parameters.Compute, step);
            return;
        }
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var scale = step.GradientScale.ToScalar();
        using var keep = (1 - step.Decay).ToScalar();
        using var size = (-step.StepSize).ToScalar();
        var gradient = _parameters.Gradients * scale;
        FirstMoments.mul_(Scalars.Of(step.Beta1)).add_(gradient, alpha: Scalars.Of(1 - step.Beta1));
        SecondMoments.mul_(Scalars.Of(step.Beta2)).addcmul_(gradient, gradient, value: Scalars.Of(1 - step.Beta2));
        _parameters.Masters.mul_(keep).addcdiv_(FirstMoments, SecondMoments.sqrt().add_(Scalars.Of(step.Epsilon)), value: size);
        _parameters.SyncCompute();
    }

    public void Dispose()
    {
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}
