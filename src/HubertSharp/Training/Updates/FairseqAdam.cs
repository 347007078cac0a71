using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.Training.Updates;

/// <summary>
/// fairseq's Adam over the flat buffers: eps is added to the uncorrected sqrt(v), weight decay is decoupled and hits every
/// parameter. (torch's AdamW adds eps to the corrected one, which shows in the loss after a few updates; <c>adamw</c> asks for it.)
/// </summary>
internal sealed class FairseqAdam : IDisposable
{
    /// <summary>fairseq's <c>clip_grad_norm_</c>.</summary>
    private const double ClipEpsilon = 1e-6;

    private readonly ParameterStore _parameters;
    private readonly OptimizerConfig _config;
    private readonly List<AdamGroup> _groups = [];
    private DeviceAdam? _unseen;

    public FairseqAdam(ParameterStore parameters, OptimizerConfig config)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(config);
        _parameters = parameters;
        _config = config;
        for (var i = 0; i < parameters.Infos.Count; i++)
        {
            var (start, group) = (parameters.Infos[i].Offset, parameters.Infos[i].Group);
            var end = i + 1 < parameters.Infos.Count ? parameters.Infos[i + 1].Offset : parameters.Masters.numel();
            if (_groups.Count > 0 && _groups[^1].Group == group)
                _groups[^1] = _groups[^1] with { Count = end - _groups[^1].Start };
            else
                _groups.Add(new AdamGroup(start, end - start, group));
        }
        GroupSkips = new long[1 + (parameters.Infos.Max(info => info.Group) ?? -1)];
        FirstMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
        SecondMoments = zeros_like(parameters.Masters).DetachFromDisposeScope();
    }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg</c>).</summary>
    public Tensor FirstMoments { get; }

    /// <summary>Flat, in the layout of <see cref="ParameterStore.Masters"/> (fairseq's <c>exp_avg_sq</c>).</summary>
    public Tensor SecondMoments { get; }

    /// <summary>Updates done; set it when a checkpoint is loaded.</summary>
    public long Updates { get; set; }

    /// <summary>Per group of parameters, how many of the <see cref="Updates"/> passed over it; its own t is the difference.</summary>
    public long[] GroupSkips { get; }

    /// <summary>L2 norm of the flat gradients as they are now.</summary>
    public double GradientNorm() => Math.Sqrt(SumOfSquares.Of(_parameters.Gradients));

    /// <summary>What gradients of this norm are multiplied with so that they do not exceed the limit; a limit of 0 never clips.</summary>
    public static double ClipCoefficient(double norm, double limit) => limit > 0 ? Math.Min(1, limit / (norm + ClipEpsilon)) : 1;

    /// <summary>One update of the masters and their compute copies.</summary>
    /// <param name="learningRate">From the <see cref="LearningRateSchedule"/>.</param>
    /// <param name="gradientScale">What the gradients are multiplied with first: 1 / sample size × clip coefficient.</param>
    /// <param name="idleGroups">
    /// Groups of parameters without a gradient in this update, as layer drop leaves them: fairseq's Adam passes over them,
    /// without decay, momentum or a step of their own.
    /// </param>
    public void Update(double learningRate, double gradientScale = 1, IReadOnlySet<int>? idleGroups = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        if (_parameters.Masters.device_type != TorchSharp.DeviceType.CPU)
        {
            var device = _parameters.Masters.device;
            Unseen.Update(learningRate, tensor(gradientScale, float64, device), tensor(true, device: device), ActiveGroups(idleGroups));
            Count(idleGroups);
            return;
        }
        Count(idleGroups);
        foreach (var group in ActiveGroups(idleGroups))
        {
            AdamKernel.Apply(_parameters.Masters, _parameters.Gradients, FirstMoments, SecondMoments, _parameters.Compute,
                _groups[group].Start, _groups[group].Count, StepOf(StepsOf(_groups[group]), learningRate, gradientScale));
        }
    }

    /// <summary>
    /// The same without a look at the gradients by the host: norm, clipping and the decision are the device's. An update whose loss or
    /// gradients are not finite changes nothing. <see cref="Count"/> is to be called for it when its norm has been read.
    /// </summary>
    /// <param name="learningRate">From the <see cref="LearningRateSchedule"/>.</param>
    /// <param name="divisor">What the gradients are divided by: the sample size.</param>
    /// <param name="clipNorm">The limit; 0 never clips.</param>
    /// <param name="loss">0-dim float64.</param>
    /// <param name="idleGroups">As for <see cref="Update"/>.</param>
    /// <returns>The norm before clipping, divided: 0-dim float64, in the caller's dispose scope.</returns>
    internal Tensor UpdateUnseen(double learningRate, double divisor, double clipNorm, Tensor loss, IReadOnlySet<int>? idleGroups)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var share = (1 / divisor).ToScalar();
        var norm = SumOfSquares.OnDevice(_parameters.Gradients).sqrt() * share;
        var finite = norm.isfinite() & loss.isfinite();
        var clipped = clipNorm > 0
            ? norm.add(Scalars.Of(ClipEpsilon), Scalars.One).reciprocal().mul(Scalars.Of(clipNorm)).clamp_max(Scalars.One)
            : ones_like(norm);
        Unseen.Update(learningRate, clipped * share, finite, ActiveGroups(idleGroups));
        return norm.MoveToOuterDisposeScope();
    }

    /// <summary>Counts an update that changed the weights.</summary>
    internal void Count(IReadOnlySet<int>? idleGroups)
    {
        Updates++;
        foreach (var group in idleGroups ?? new HashSet<int>())
            GroupSkips[group]++;
    }

    /// <summary>Made at the first update, when <see cref="Updates"/> and <see cref="GroupSkips"/> are what a checkpoint says.</summary>
    private DeviceAdam Unseen =>
        _unseen ??= new DeviceAdam(_parameters, _config, FirstMoments, SecondMoments, _groups, [.. _groups.Select(StepsOf)]);

    private List<int> ActiveGroups(IReadOnlySet<int>? idleGroups)
    {
        bool IsIdle(AdamGroup group) => group.Group is { } number && idleGroups is not null && idleGroups.Contains(number);
        return [.. Enumerable.Range(0, _groups.Count).Where(g => !IsIdle(_groups[g]))];
    }

    private long StepsOf(AdamGroup group) => Updates - (group.Group is { } number ? GroupSkips[number] : 0);

    private AdamStep StepOf(long t, double learningRate, double gradientScale)
    {
        var (beta1, beta2) = _config.AdamBetas;
        var correction = Math.Sqrt(1 - Math.Pow(beta2, t));
        var stepSize = learningRate * correction / (1 - Math.Pow(beta1, t));
        // m / (sqrt(v) / c + eps) × s is m / (sqrt(v) + c × eps) × c × s
        var isTorchs = _config is AdamWConfig;
        var epsilon = isTorchs ? _config.AdamEps * correction : _config.AdamEps;
        // torch rounds 1 − β once; the difference of rounded numbers, 1e-5 off for 0.999, is what runs with adam were trained with
        float Share(double beta) => isTorchs ? (float)(1 - beta) : 1 - (float)beta;
        return new AdamStep((float)gradientScale, (float)beta1, (float)beta2, Share(beta1), Share(beta2),
            (float)(learningRate * _config.WeightDecay), (float)stepSize, (float)epsilon);
    }

    public void Dispose()
    {
        _unseen?.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}

/// <summary>A stretch of the flat buffers that one group of parameters (<see cref="Tensors.ParameterInfo"/>), or none, owns.</summary>
internal readonly record struct AdamGroup(long Start, long Count, int? Group);
