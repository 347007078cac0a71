using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>fairseq's <c>polynomial_decay</c>: linear warm-up from 0, then polynomial decay to the end rate.</summary>
/// <remarks>From epoch <c>force_anneal</c> on the peak stays what it was; fairseq restarts the decay from the rate in force.</remarks>
internal sealed class PolynomialDecay : LearningRateSchedule
{
    private readonly PolynomialDecayConfig _config;

    public PolynomialDecay(PolynomialDecayConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfZero(config.Lr.Count, nameof(config));
        _config = config;
    }

    /// <summary>The rate of the next update; 0 for the first one where there is a warm-up.</summary>
    /// <param name="updates">Updates done so far.</param>
    /// <param name="epoch">1 for the first; chooses among several peaks as fairseq does, entry min(epoch, count − 1).</param>
    public override double LearningRate(long updates, int epoch = 1)
    {
        if (_config.ForceAnneal is { } last && epoch >= last)
            epoch = Math.Max(last - 1, 0);
        var peak = _config.Lr[Math.Min(epoch, _config.Lr.Count - 1)];
        if (_config.WarmupUpdates > 0 && updates <= _config.WarmupUpdates)
            return updates / (double)_config.WarmupUpdates * peak;
        if (updates >= _config.TotalNumUpdate)
            return _config.EndLearningRate;
        var remaining = 1 - (updates - _config.WarmupUpdates) / (_config.TotalNumUpdate - _config.WarmupUpdates);
        return (peak - _config.EndLearningRate) * Math.Pow(remaining, _config.Power) + _config.EndLearningRate;
    }
}
