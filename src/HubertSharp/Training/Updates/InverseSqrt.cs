using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>fairseq's <c>inverse_sqrt</c>: linear warm-up, then peak × sqrt(warm-up / updates).</summary>
internal sealed class InverseSqrt(InverseSqrtConfig config) : LearningRateSchedule
{
    private readonly double _peak = config.Lr[0];

    /// <summary>The rate of the next update; the first one has <c>warmup_init_lr</c>, or 0.</summary>
    /// <param name="updates">Updates done so far.</param>
    /// <param name="epoch">Means nothing here.</param>
    public override double LearningRate(long updates, int epoch = 1)
    {
        if (updates >= config.WarmupUpdates)
            return _peak * Math.Sqrt(config.WarmupUpdates) * Math.Pow(updates, -0.5);
        var first = Math.Max(config.WarmupInitLr, 0);
        return first + updates * ((_peak - first) / config.WarmupUpdates);
    }
}
