using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>fairseq's <c>fixed</c>: each epoch's own rate, shrinking from an epoch on, after a linear warm-up.</summary>
internal sealed class FixedRates(FixedConfig config) : LearningRateSchedule
{
    /// <summary>The rate of the next update; the first one has one part of the warm-up, not 0.</summary>
    /// <param name="updates">Updates done so far.</param>
    /// <param name="epoch">1 for the first; chooses entry min(epoch, count) − 1, one earlier than <c>polynomial_decay</c> does.</param>
    public override double LearningRate(long updates, int epoch = 1)
    {
        var rate = config.ForceAnneal is { } from && epoch >= from
            ? config.Lr[^1] * Math.Pow(config.LrShrink, epoch + 1 - from)
            : config.Lr[Math.Clamp(epoch, 1, config.Lr.Count) - 1];
        return updates < config.WarmupUpdates ? (updates + 1) / (double)config.WarmupUpdates * rate : rate;
    }
}
