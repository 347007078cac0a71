using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>
/// <see cref="FairseqAdam"/> in torch's operators, for devices that the host does not wait for: how many steps a group has had, and
/// whether this one counts, are tensors.
/// </summary>
internal sealed class DeviceAdam : IDisposable
{
    private readonly ParameterStore _parameters;
    private readonly OptimizerConfig _config;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly IReadOnlyList<AdamGroup> _groups;

    /// <summary>[groups] float64: steps done, the t of bias correction.</summary>
    private readonly Tensor _steps;

    /// <param name="parameters">Masters, gradients, compute copies.</param>
    /// <param name="config">Betas, epsilon, decay.</param>
    /// <param name="first">Flat first moments.</param>
    /// <param name="second">Flat second moments.</param>
    /// <param name="groups">Stretches with a step count of their own.</param>
    /// <param name="steps">Steps that each has had.</param>
    public DeviceAdam(ParameterStore parameters, OptimizerConfig config, Tensor first, Tensor second, IReadOnlyList<AdamGroup> groups,
        IReadOnlyList<long> steps)
    {
        (_parameters, _config, _first, _second, _groups) = (parameters, config, first, second, groups);
        _steps = tensor(steps.Select(t => (double)t).ToArray(), device: parameters.Masters.device).DetachFromDisposeScope();
    }

    /// <summary>
    /// One update of some groups; nothing changes when it does not count. Call it inside a dispose scope, without gradients.
    /// </summary>
    /// <param name="learningRate">The rate.</param>
    /// <param name="gradientScale">0-dim float64.</param>
    /// <param name="counts">0-dim bool.</param>
    /// <param name="active">Indices of the groups.</param>
    public void Update(double learningRate, Tensor gradientScale, Tensor counts, IEnumerable<int> active)
    {
        var (beta1, beta2) = _config.AdamBetas;
        using var rate = learningRate.ToScalar();
        using var decay = (-learningRate * _config.WeightDecay).ToScalar();
        var counted = counts.to_type(float64);
        Tensor Keep(Scalar change) => (counted * change).add(Scalars.One, Scalars.One).to_type(float32);
        var (keep, keepFirst, keepSecond) = (Keep(decay), Keep(Scalars.Of(beta1 - 1)), Keep(Scalars.Of(beta2 - 1)));
        var nothing = zeros_like(keep);
        var scale = where(counts, gradientScale.to_type(float32), nothing);
        foreach (var index in active)
        {
            using var scope = NewDisposeScope();
            var group = _groups[index];
            Tensor Part(Tensor flat) => flat.narrow(0, group.Start, group.Count);
            var steps = _steps.narrow(0, index, 1).add_(counted, Scalars.One).clamp_min(Scalars.One);
            var correction = Correction(beta2, steps).sqrt();
            var size = (correction / Correction(beta1, steps) * counted * rate).to_type(float32);
            var gradient = where(counts, Part(_parameters.Gradients), nothing) * scale;
            var first = Part(_first).mul_(keepFirst).add_(gradient, Scalars.Of(1 - beta1));
            var second = Part(_second).mul_(keepSecond).addcmul_(gradient, gradient, Scalars.Of(1 - beta2));
            var epsilon = Scalars.Of(_config.AdamEps);
            var root = _config is AdamWConfig
                ? second.sqrt().add_((correction * epsilon).to_type(float32), Scalars.One)
                : second.sqrt().add_(epsilon, Scalars.One);
            Part(_parameters.Masters).mul_(keep).sub_(first / root * size);
        }
        _parameters.SyncCompute();
    }

    // 1 − βᵗ
    private static Tensor Correction(double beta, Tensor steps) => (steps * Scalars.Of(Math.Log(beta))).expm1().neg();

    public void Dispose() => _steps.Dispose();
}
