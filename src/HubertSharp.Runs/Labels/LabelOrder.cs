using System.Globalization;

namespace HubertSharp.Runs.Labels;

/// <summary>
/// Whether labels follow one another as those of speech do. A sound lasts several frames, and what comes next depends on it; labels
/// that were shuffled within their utterances keep counts, durations and frequencies, and nothing can be learnt from them.
/// </summary>
internal static class LabelOrder
{
    /// <summary>Labels of a line below which its order is not judged.</summary>
    public const long FewestLabels = 100;

    // Of the repeats that a shuffle leaves to be had, clusters of speech have a fifth at 25 labels per second, three fifths at 100.
    private const double LeastExcess = 0.05;

    // Where the labels on the whole have this much, a line without is no chance; some of them are too many from this share on.
    private const double PlentifulExcess = 0.3, ShareOfLines = 0.02;

    // Transitions per cluster below which the gain of a transition table is noise.
    private const int FewestPerCluster = 50;

    /// <summary>
    /// Whether labels repeat the one before no more often than in random order, within two standard deviations; null for too few of them.
    /// </summary>
    public static bool? IsShuffled(long followers, long repeats, double ofShuffle)
    {
        var room = followers - ofShuffle; // repeats that a shuffle leaves to be had
        if (followers < FewestLabels || room < 1)
            return null;
        var deviation = Math.Sqrt(ofShuffle * room / followers) / room;
        return (repeats - ofShuffle) / room < LeastExcess + (2 * deviation);
    }

    /// <summary>The warning, or null for labels in order, or too few to tell.</summary>
    public static LabelFinding? Finding(SplitCounts split)
    {
        if (IsShuffled(split.Followers, split.Repeats, split.RepeatsOfShuffle) is not { } shuffled)
            return null;
        var (near, far) = Gains(split);
        var tells = near is { } n && far is { } f
            ? $"; a label tells {Bits(n)} bits of the next one and {Bits(f)} of the eighth after it"
            : "";
        var repeats = string.Create(CultureInfo.InvariantCulture,
            $"{100.0 * split.Repeats / split.Followers:0.#}% of the labels repeat the one before, in random order "
            + $"{100 * split.RepeatsOfShuffle / split.Followers:0.#}% would, "
            + $"and a run lasts {split.MeanRunFrames:0.00} frames");
        var known = near is not null && far is not null && split.Runs >= (long)FewestPerCluster * split.Ids.Count;
        var behind = Math.Max(0, far ?? 0); // below 0 is noise
        if (shuffled && (!known || near < (1.5 * behind) + 0.05))
            return Warning(split.Split, $"the labels come in no order within their utterances: {repeats}{tells}", NothingToLearn);
        if (known && near < (1.1 * behind) + 0.02)
            return Warning(split.Split, $"the runs of labels come in no order within their utterances{tells}", LittleToLearn);
        return split.ExcessRepeats > PlentifulExcess && split.LinesShuffled > ShareOfLines * split.LinesJudged
            ? Warning(split.Split,
                $"in {split.LinesShuffled} of {split.LinesJudged} utterances the labels come in no order, in the others they do",
                NoiseToLearn)
            : null;
    }

    private static (double? Near, double? Far) Gains(SplitCounts split) =>
        split is { Pairs: { } near, FarPairs: { } far } ? (Gain(near, split), Gain(far, split)) : (null, null);

    /// <summary>What a label tells of the other one of a pair, in bits; null where pairs were not counted.</summary>
    public static double? Gain(int[][]? pairs, SplitCounts split) =>
        pairs is null ? null : LabelTransitions.GainBits(pairs[0], pairs[1], split.Histogram.Length);

    private static string Bits(double bits) => Math.Max(0, bits).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What to do about labels that have lost their order, and what they are good for as they are.</summary>
    public const string NothingToLearn = "nothing but their frequencies can be learnt; " + Anew,
        LittleToLearn = "little but their frequencies can be learnt; " + Anew,
        NoiseToLearn = "what is out of order is noise to the model; " + Anew;

    private const string Anew = "make the labels anew, in the order of the frames, with 'hubert kmeans apply'";

    /// <summary>The warning that labels have lost their order.</summary>
    public static LabelFinding Warning(LabelSplit split, string message, string next) =>
        new(LabelSeverity.Warning, "shuffled", $"{split.LabelsPath}: {message}", next);
}
