namespace HubertSharp.Runs.Labels;

/// <summary>What the check of one label set found.</summary>
public sealed record LabelReport
{
    /// <summary>Labels per second that the training is told.</summary>
    public required double LabelRate { get; init; }

    /// <summary>Clusters of the dictionary (K), or of the labels where there is none.</summary>
    public required int Clusters { get; init; }

    public required IReadOnlyList<LabelSplitReport> Splits { get; init; }

    /// <summary>Every further split against the first.</summary>
    public required IReadOnlyList<LabelDivergence> Divergences { get; init; }

    public required IReadOnlyList<LabelFinding> Findings { get; init; }

    /// <summary>Training with these labels cannot work.</summary>
    public bool IsBroken => Findings.Any(f => f.Severity == LabelSeverity.Error);

    /// <summary>Throws what cannot work as one message.</summary>
    /// <exception cref="UserException">There is a finding of severity error.</exception>
    public void ThrowIfBroken()
    {
        if (IsBroken)
            throw LabelFaults.Broken([.. Findings.Where(f => f.Severity == LabelSeverity.Error)]);
    }
}

/// <summary>One split's figures.</summary>
public sealed record LabelSplitReport
{
    public required string Name { get; init; }

    /// <summary>Entries of the manifest.</summary>
    public required int Utterances { get; init; }

    /// <summary>Lines of the label file.</summary>
    public required long Lines { get; init; }

    public required double AudioSeconds { get; init; }

    public required long Labels { get; init; }

    /// <summary>Labels per second of audio, over the lines that have an utterance.</summary>
    public required double ImpliedLabelRate { get; init; }

    /// <summary>Utterances whose labels last more than 0.1 s longer or shorter than their audio.</summary>
    public required int Mismatched { get; init; }

    /// <summary>Labels that the dictionary does not know.</summary>
    public required long Unknown { get; init; }

    /// <summary>How often each cluster occurs, in the dictionary's order.</summary>
    public required IReadOnlyList<long> Histogram { get; init; }

    /// <summary>Entropy of <see cref="Histogram"/> in bits: the loss of a model that knows the frequencies only.</summary>
    public required double EntropyBits { get; init; }

    /// <summary>Clusters that occur.</summary>
    public int Used => Histogram.Count(c => c > 0);

    /// <summary>Mean number of equal labels in a row.</summary>
    public required double MeanRun { get; init; }
}

/// <summary>How a split's labels differ from the training labels.</summary>
/// <param name="Name">The split.</param>
/// <param name="JensenShannonBits">Between the two histograms: 0 for equal ones, 1 for disjoint ones.</param>
/// <param name="OnlyHere">Clusters that occur in this split and never in training.</param>
/// <param name="TransitionGainBits">
/// Bits by which the training labels' transition counts predict this split's next different label better than frequencies do;
/// null with too few transitions. Labels of another k-means share the frequencies but not the transitions, so it falls to 0 or below.
/// </param>
/// <param name="TrainTransitionGainBits">The same within the training labels, each utterance held out in turn by halves.</param>
public sealed record LabelDivergence(
    string Name, double JensenShannonBits, int OnlyHere, double? TransitionGainBits, double? TrainTransitionGainBits);

public enum LabelSeverity
{
    /// <summary>Training works, but look at it.</summary>
    Warning,

    /// <summary>Training cannot work.</summary>
    Error,
}

/// <summary>One thing that the check found.</summary>
/// <param name="Severity">Whether training can work.</param>
/// <param name="Code">Stable name: <c>line_count</c>, <c>label_rate</c>, <c>misaligned</c>, <c>duration</c>,
/// <c>manifest_lengths</c>, <c>empty_line</c>, <c>unknown_ids</c>,
/// <c>empty_dictionary</c>, <c>one_cluster</c>, <c>empty_clusters</c>, <c>skewed</c>, <c>no_dictionary</c>, <c>only_in_valid</c>,
/// <c>other_kmeans</c>, <c>divergence</c>, <c>shuffled</c>, <c>shifted</c>, <c>one_label_lines</c>, <c>other_features</c>.</param>
/// <param name="Message">Where and what, one line.</param>
/// <param name="Next">What to do.</param>
public sealed record LabelFinding(LabelSeverity Severity, string Code, string Message, string Next);
