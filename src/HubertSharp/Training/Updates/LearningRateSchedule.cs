using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>
/// The learning rate as a function of the updates done, as fairseq computes it. Nothing of it has to be kept for a run to go on.
/// </summary>
internal abstract class LearningRateSchedule
{
    /// <summary>The schedule that a configuration names.</summary>
    public static LearningRateSchedule Of(LrSchedulerConfig config) => config switch
    {
        PolynomialDecayConfig polynomial => new PolynomialDecay(polynomial),
        TriStageConfig stages => new TriStage(stages),
        CosineConfig cosine => new Cosine(cosine),
        FixedConfig rates => new FixedRates(rates),
        InverseSqrtConfig root => new InverseSqrt(root),
        _ => throw new ArgumentException($"no schedule for {config.GetType()}", nameof(config)),
    };

    /// <summary>The rate of the next update.</summary>
    /// <param name="updates">Updates done so far: 0 for the first.</param>
    /// <param name="epoch">1 for the first.</param>
    public abstract double LearningRate(long updates, int epoch = 1);

    /// <summary>The same where no update follows: a period that would only begin with it is not begun.</summary>
    /// <param name="updates">Updates done, one at least.</param>
    /// <param name="epoch">1 for the first.</param>
    public virtual double LastRate(long updates, int epoch = 1) => LearningRate(updates, epoch);
}
