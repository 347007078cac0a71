using System.Globalization;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Runs.Labels;

/// <summary>What the counts mean: which labels cannot be trained on, and which deserve a look.</summary>
internal static class LabelFindings
{
    /// <summary>
    /// Total labels per second further from the told rate than this, with most utterances off, are labels of another rate.
    /// </summary>
    private const double RateTolerance = 0.03;

    /// <summary>Lines of other utterances differ by whole seconds; a front end's edge frames by hundredths.</summary>
    private const double MisalignedSeconds = 0.5;

    /// <summary>Some recordings are silence for seconds; more of them than this are another thing than speech.</summary>
    private const double ShareOfOneLabel = 0.1;

    private const string Relabel = "make the labels anew from this manifest with 'hubert kmeans apply'";

    public static IEnumerable<LabelFinding> Of(
        LabelCheckOptions options, IReadOnlyList<SplitCounts> splits, IReadOnlyList<LabelDivergence> divergences,
        CancellationToken cancellation)
    {
        var ids = splits[0].Ids;
        var emptyDictionary = ids is { HasDictionary: true, Count: 0 };
        if (emptyDictionary)
        {
            yield return Error("empty_dictionary",
                $"{options.DictionaryPath}: the dictionary has no symbols, so every label becomes <unk> and the loss goes to 0",
                "write one line 'id count' per cluster into it");
        }
        if (!ids.HasDictionary)
        {
            yield return Warning("no_dictionary", $"{options.Splits[0].LabelsPath}: no dictionary was given, so unknown ids cannot be told",
                "name it with --dict, or put dict.LABEL.txt beside the labels");
        }
        var ofSplits = splits.Select(split => OfSplit(split, options, emptyDictionary).ToList()).ToList();
        foreach (var finding in ofSplits.SelectMany(findings => findings))
            yield return finding;
        foreach (var finding in OfClusters(splits[0], options))
            yield return finding;
        foreach (var (split, faults) in splits.Zip(ofSplits))
        {
            var own = faults.TrueForAll(fault => fault.Severity != LabelSeverity.Error) // else another cause would be told for it
                ? options.OwnClusters?.Invoke(split.Split, split.Histogram.Count(c => c > 0), cancellation)
                : null;
            var alone = LabelOrder.Finding(split);
            if ((own is null ? alone : OwnOrder.Finding(split.Split, own, alone, cancellation)) is { } unordered)
                yield return unordered;
        }
        foreach (var divergence in divergences)
        {
            foreach (var finding in OfDivergence(divergence, splits[0].Split.Name))
                yield return finding;
        }
    }

    private static IEnumerable<LabelFinding> OfSplit(SplitCounts split, LabelCheckOptions options, bool emptyDictionary)
    {
        var path = split.Split.LabelsPath;
        if (split.Lines != split.Utterances)
        {
            yield return Error("line_count",
                $"{path}: another number of lines than {split.Split.ManifestPath} has entries (expected {split.Utterances}, "
                + $"found {split.Lines})",
                Relabel);
        }
        if (split.FirstEmptyLine is { } empty)
            yield return Error("empty_line", $"{path}:{empty}: no labels at all (expected one per frame)",
                "take the utterance out of manifest and labels");
        if (split.Unknown > 0 && !emptyDictionary && split.FirstUnknown is var (token, line))
        {
            yield return Error("unknown_ids",
                $"{path}:{line}: label {LabelFaults.Show(token)} is not in the dictionary (expected one of its {split.Ids.Count} symbols, "
                + $"found {split.Unknown} unknown of {split.Labels} labels)",
                "use the dictionary of the k-means that made the labels");
        }
        if (split.Lengths?.Fault is var (fault, next))
            yield return Error("manifest_lengths", fault, next); // the labels' durations cannot be judged by them
        else if (split.Lines == split.Utterances && Durations(split, options) is { } durations)
            yield return durations; // with other lines than entries they would be those of other utterances
        if (split.OneLabelLines > ShareOfOneLabel * split.LongLines)
        {
            yield return Warning("one_label_lines",
                $"{path}: in {split.OneLabelLines} of {split.LongLines} utterances of {LabelOrder.FewestLabels} labels "
                + $"and more all labels are "
                + "the same", "there is nothing to predict in them: leave silent recordings out of the manifest, or " + Relabel);
        }
    }

    private static LabelFinding? Durations(SplitCounts split, LabelCheckOptions options)
    {
        if (split.FirstMismatch is not var (index, audioSeconds, labelSeconds))
            return null;
        var labelRate = options.LabelRate;
        var share = (double)split.Mismatched / split.Utterances;
        var implied = split.ImpliedLabelRate;
        var isAnotherRate = share > 0.5 && Math.Abs((implied / labelRate) - 1) > RateTolerance;
        var where = $"{split.Split.LabelsPath}:{index + 1}";
        var example = $"expected labels for {Seconds(audioSeconds)} of audio, found for {Seconds(labelSeconds)}";
        if (isAnotherRate && split.SharedLabelRates is { } shared)
        {
            var suggested = Suggested(implied, shared);
            return Error("label_rate",
                $"{split.Split.LabelsPath}: your labels run at {suggested} per second, "
                + $"not at {Number(labelRate)} ({split.Mismatched} of {split.Utterances} utterances are off by more than 0.1 s)",
                split.Lengths is null && ManifestLengths.RateOf(labelRate / implied) is { } rate
                    ? $"if the manifest counts samples at {rate} Hz, which would explain it, write it anew with 'hubert manifest'; else "
                        + $"make labels at {Number(labelRate)} per second, or set {options.LabelRateSetting}{suggested}"
                    : $"set {options.LabelRateSetting}{suggested}, or make labels at {Number(labelRate)} per second");
        }
        if (isAnotherRate || (share > 0.1 && split.MismatchSeconds / split.Mismatched > MisalignedSeconds))
        {
            return Error("misaligned",
                $"{where}: the labels are those of other utterances ({example}; {split.Mismatched} of {split.Utterances} utterances "
                + $"are off, by {Seconds(split.MismatchSeconds / split.Mismatched)} on average"
                + $"{(isAnotherRate ? ", and no one rate fits them" : "")})",
                "check that labels and manifest have the same order, or " + Relabel);
        }
        return Warning("duration",
            $"{where}: {split.Mismatched} of {split.Utterances} utterances have labels for another duration by more than 0.1 s ({example})",
            "training cuts these to the shorter of both; check that the audio was not changed after labelling");
    }

    private static IEnumerable<LabelFinding> OfClusters(SplitCounts train, LabelCheckOptions options)
    {
        var clusters = train.Ids.Count;
        var used = train.Histogram.Count(c => c > 0);
        var path = train.Split.LabelsPath;
        if (used == 0 || clusters == 0)
            yield break;
        if (used == 1)
        {
            yield return Error("one_cluster",
                $"{path}: every label is '{train.Ids.Name(Array.FindIndex(train.Histogram, c => c > 0))}' (expected several clusters "
                + $"in use, found one)",
                "fit the k-means again and look at its inertia");
            yield break;
        }
        if (used < clusters)
        {
            yield return Warning("empty_clusters",
                $"{path}: {clusters - used} of {clusters} clusters of {options.DictionaryPath ?? "the labels"} never occur",
                used < clusters / 2
                    ? "check that dictionary and labels come from one k-means"
                    : "a few are harmless; they only lift the level of chance");
        }
        var entropy = Histograms.EntropyBits(train.Histogram);
        if (entropy < 0.75 * Math.Log2(used))
        {
            var top = train.Histogram.Max();
            yield return Warning("skewed",
                $"{path}: few clusters take most labels (entropy {Number(entropy)} of at most {Number(Math.Log2(used))} bits, "
                + $"the largest has {100.0 * top / train.Labels:0}% of the labels)",
                "long silences do this; a model that only knows the frequencies already reaches a loss equal to the entropy");
        }
    }

    private static IEnumerable<LabelFinding> OfDivergence(LabelDivergence divergence, string train)
    {
        if (divergence is { TransitionGainBits: { } gain, TrainTransitionGainBits: { } trainGain }
            && trainGain > 0.1
            && gain < 0.25 * trainGain)
        {
            yield return Warning("other_kmeans",
                $"{divergence.Name}: its labels do not follow one another as those of {train} do (transitions explain {Number(gain)} bits, "
                + $"within {train} {Number(trainGain)}), which looks like another k-means model",
                $"label {divergence.Name} and {train} with the same k-means, else the validation loss means nothing");
        }
        else if (divergence.JensenShannonBits > 0.15)
        {
            yield return Warning("divergence",
                $"{divergence.Name}: its clusters are used differently from those of {train} ({Number(divergence.JensenShannonBits)} bits "
                + $"apart, where 0 is equal and 1 disjoint)",
                "other speakers or languages do this, and so does another k-means model");
        }
        if (divergence.OnlyHere > 0)
        {
            yield return Warning("only_in_valid", $"{divergence.Name}: {divergence.OnlyHere} of its clusters never occur in {train}",
                "the model cannot learn them; more training data or fewer clusters would help");
        }
    }

    private static LabelFinding Error(string code, string message, string next) => new(LabelSeverity.Error, code, message, next);

    private static LabelFinding Warning(string code, string message, string next) => new(LabelSeverity.Warning, code, message, next);

    private static string Seconds(double seconds) => $"{seconds.ToString("0.0#", CultureInfo.InvariantCulture)} s";

    private static string Number(double number) => number.ToString(Math.Abs(number) >= 10 ? "0.#" : "0.0#", CultureInfo.InvariantCulture);

    // Whole rates are what people use; 99.6 is 100 with the edge frames missing.
    private static string Suggested(double implied, (double Lowest, double Highest) shared)
    {
        double[] usual = [12.5, 20, 25, 40, 50, 75, 80, 100, 200];
        var rate = usual.Where(r => r >= shared.Lowest && r <= shared.Highest).DefaultIfEmpty(
            Math.Round(Math.Clamp(implied, shared.Lowest, shared.Highest), 1)).MinBy(r => Math.Abs(r - implied));
        return rate.ToString(CultureInfo.InvariantCulture);
    }
}
