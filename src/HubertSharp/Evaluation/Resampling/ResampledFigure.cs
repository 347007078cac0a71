using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Resampling;

/// <summary>A figure that can be drawn anew by utterances and by speakers.</summary>
/// <param name="ByUtterance">Its sums by utterance.</param>
/// <param name="BySpeaker">Its sums by speaker; null where speakers are not known.</param>
internal sealed record ResampledFigure(UnitFigure ByUtterance, UnitFigure? BySpeaker)
{
    public double Value => ByUtterance.Value;

    /// <summary>A quotient of sums over utterances, and so over their speakers.</summary>
    /// <param name="parts">What each utterance adds above and below the line, and its speaker.</param>
    public static ResampledFigure Quotient(
        IReadOnlyCollection<(string Utterance, string? Speaker, double Numerator, double Denominator)> parts) =>
        new(UnitSums.Quotient(parts.Select(p => (p.Utterance, p.Numerator, p.Denominator))),
            parts.Any(p => string.IsNullOrEmpty(p.Speaker))
                ? null
                : UnitSums.Quotient(parts.Select(p => (p.Speaker!, p.Numerator, p.Denominator))));

    /// <summary>The figure with its intervals.</summary>
    /// <param name="seed">Decides what is drawn.</param>
    /// <param name="most">What it can be at most: a share 1, a word error rate anything.</param>
    /// <param name="least">What it can be at least: a share 0, a ratio in dB anything.</param>
    public Estimate Estimate(long seed = Bootstrap.Seed, double most = 1, double least = 0)
    {
        var intervals = new List<ConfidenceInterval>();
        foreach (var (unit, sums) in new[] { (ResampledUnit.Utterances, ByUtterance), (ResampledUnit.Speakers, BySpeaker) })
        {
            if (sums is not null && Bootstrap.Draw([sums], seed) is [var drawn])
                intervals.Add(Bootstrap.Interval(unit, sums.Names.Count, [.. drawn.Select(value => Math.Clamp(value, least, most))]));
        }
        return new Estimate(Value, intervals);
    }

    /// <summary>This figure less another, both drawn alike.</summary>
    public PairedDifference Less(ResampledFigure other, long seed = Bootstrap.Seed) => new(Value - other.Value,
        [.. DrawnWith(other, seed).Select(d => Bootstrap.Interval(d.Over, d.Units, [.. d.Mine.Zip(d.Theirs, (a, b) => a - b)]))]);

    /// <summary>The values of this figure and of another in the same draws, over each unit of which there are enough.</summary>
    public IEnumerable<(ResampledUnit Over, int Units, double[] Mine, double[] Theirs)> DrawnWith(
        ResampledFigure other, long seed = Bootstrap.Seed)
    {
        foreach (var (unit, mine, theirs) in new[]
        {
            (ResampledUnit.Utterances, ByUtterance, other.ByUtterance), (ResampledUnit.Speakers, BySpeaker, other.BySpeaker),
        })
        {
            if (mine is not null && theirs is not null && Bootstrap.Draw([mine, theirs], seed) is [var first, var second])
                yield return (unit, Bootstrap.UnitsOf([mine, theirs]).Length, first, second);
        }
    }
}
