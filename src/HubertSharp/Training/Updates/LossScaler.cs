using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>
/// fairseq's <c>DynamicLossScaler</c>: half-precision gradients are those of a loss that is multiplied with a power of two, which
/// doubles after a window of updates without overflow and is halved when gradients overflow.
/// </summary>
internal sealed class LossScaler
{
    private const double Factor = 2;

    /// <summary>Updates in fairseq's default window, shared out among processes and micro-batches.</summary>
    private const int DefaultWindow = 1 << 14;

    private readonly int _window;
    private readonly double _tolerance;
    private readonly double _minimum;
    private readonly double? _floor;

    /// <param name="common">The settings.</param>
    /// <param name="updateFreq"><c>optimization.update_freq</c>, which the default window is divided by.</param>
    /// <param name="saved">The state of a checkpoint, or null at the start.</param>
    /// <exception cref="Runs.UserException"><c>update_freq</c> changes with the epoch and no window is given.</exception>
    public LossScaler(CommonConfig common, IReadOnlyList<int> updateFreq, LossScaleState? saved = null)
    {
        if (common.Fp16ScaleWindow is null && updateFreq.Count > 1)
            throw TrainingFaults.NoScaleWindow();
        _window = common.Fp16ScaleWindow ?? Math.Max(1, DefaultWindow / updateFreq[0]);
        _tolerance = common.Fp16ScaleTolerance;
        _minimum = common.MinLossScale;
        _floor = common.ThresholdLossScale;
        State = saved ?? new LossScaleState(common.Fp16InitScale);
    }

    public LossScaleState State { get; private set; }

    /// <summary>What the next loss is to be multiplied with.</summary>
    public double Scale => State.Scale;

    /// <summary>To be told after every update that changed the weights.</summary>
    public void Updated()
    {
        if ((State.Updates - State.LastOverflow) % _window == 0)
            State = State with { Scale = State.Scale * Factor, LastRescale = State.Updates };
        State = State with { Updates = State.Updates + 1 };
    }

    /// <summary>To be told instead when the gradients were not finite; the update is to be skipped.</summary>
    /// <returns>False when the scale would fall to <c>min_loss_scale</c>: the loss itself explodes, and the run has to end.</returns>
    public bool Overflowed()
    {
        var sinceRescale = State.Updates - State.LastRescale;
        var next = State with { LastOverflow = State.Updates, OverflowsSinceRescale = State.OverflowsSinceRescale + 1 };
        if (next.OverflowsSinceRescale / (double)sinceRescale >= _tolerance)
            next = next with { Scale = Math.Max(next.Scale / Factor, _floor ?? 0), LastRescale = State.Updates, OverflowsSinceRescale = 0 };
        if (next.Scale <= _minimum)
            return false;
        State = next with { Updates = State.Updates + 1 };
        return true;
    }
}

/// <summary>What a <see cref="LossScaler"/> remembers; part of a checkpoint. fairseq saves the scale alone.</summary>
/// <param name="Scale">What the loss is multiplied with.</param>
/// <param name="Updates">Updates seen, overflows included.</param>
/// <param name="LastOverflow">The update that overflowed last, −1 before the first.</param>
/// <param name="LastRescale">The update after which the scale changed last, −1 before the first.</param>
/// <param name="OverflowsSinceRescale">Overflows since then.</param>
internal sealed record LossScaleState(
    double Scale, long Updates = 0, long LastOverflow = -1, long LastRescale = -1, long OverflowsSinceRescale = 0);
