using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>
/// fairseq's <c>cosine</c>: linear warm-up, then half a cosine from the peak to the lowest rate. At its end the next period begins, of
/// another length (<c>t_mult</c>) and height (<c>lr_shrink</c>); what follows the only period of a run is never trained with, nor logged.
/// </summary>
internal sealed class Cosine(CosineConfig config) : LearningRateSchedule
{
    private readonly double _peak = config.Lr[0];
    private readonly double _length = config.Period();

    /// <summary>The rate of the next update; the first one has <c>warmup_init_lr</c>, or the lowest, where there is a warm-up.</summary>
    /// <param name="updates">Updates done so far.</param>
    /// <param name="epoch">Means nothing here.</param>
    public override double LearningRate(long updates, int epoch = 1)
    {
        if (updates < config.WarmupUpdates)
        {
            var first = config.WarmupInitLr < 0 ? config.MinLr : config.WarmupInitLr;
            return first + updates * ((_peak - first) / config.WarmupUpdates);
        }
        var (period, position) = Place(updates - config.WarmupUpdates);
        var shrink = Math.Pow(config.LrShrink, period);
        var lowest = config.MinLr * shrink;
        return lowest + 0.5 * (_peak * shrink - lowest) * (1 + Math.Cos(Math.PI * position));
    }

    /// <summary>At the end of a period its lowest rate, where fairseq would go on with the next period's peak.</summary>
    /// <param name="updates">Updates done, one at least.</param>
    /// <param name="epoch">Means nothing here.</param>
    public override double LastRate(long updates, int epoch = 1)
    {
        var falling = updates - config.WarmupUpdates;
        return falling > 0 && Place(falling - 1).Period is var period && Place(falling).Period > period
            ? config.MinLr * Math.Pow(config.LrShrink, period)
            : LearningRate(updates, epoch);
    }

    // number of the period, and how much of it is done
    private (double Period, double Position) Place(double updates)
    {
        var growth = config.TMult;
        if (growth == 1)
        {
            var whole = Math.Floor(updates / _length);
            return (whole, (updates - _length * whole) / _length);
        }
        // the first n periods are length × (growthⁿ − 1) / (growth − 1) long
        var period = Math.Floor(Math.Log(1 - updates / _length * (1 - growth), growth));
        var begins = (1 - Math.Pow(growth, period)) / (1 - growth) * _length;
        return (period, (updates - begins) / (Math.Pow(growth, period) * _length));
    }
}
