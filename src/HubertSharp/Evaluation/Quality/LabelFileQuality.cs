using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Quality;

/// <summary>Scores label files against one reference.</summary>
public static class LabelFileQuality
{
    /// <summary>The rows of every label file, in the order given.</summary>
    /// <exception cref="UserException">A file is missing or malformed, or the labels do not belong to the manifest.</exception>
    public static IReadOnlyList<QualityRow> Measure(QualityOptions options)
    {
        if (options.LabelRates.Count != 1 && options.LabelRates.Count != options.Labels.Count)
            throw EvaluationFaults.LabelRateCount(options.Labels.Count, options.LabelRates.Count);
        foreach (var rate in options.LabelRates)
        {
            if (!(rate > 0 && double.IsFinite(rate)))
                throw EvaluationFaults.OutOfRange("--label-rate", "a rate above 0", rate);
        }
        if (options.Pad < 0)
            throw EvaluationFaults.OutOfRange("--pad", "0 or more", options.Pad);
        if (options.Upsample < 1)
            throw EvaluationFaults.OutOfRange("--upsample", "1 or more", options.Upsample);

        var manifest = Manifest.Read(options.ManifestPath);
        var reference = References.Open(options.ReferencePath, manifest, options.RemoveDigits);
        var rows = new List<QualityRow>();
        for (var i = 0; i < options.Labels.Count; i++)
        {
            var rate = options.LabelRates[options.LabelRates.Count == 1 ? 0 : i];
            var clusters = FrameLabelFiles.ReadClusters(options.Labels[i], manifest);
            QualityScores.CheckRate(options.Labels[i], clusters, manifest, rate, options.ManifestPath);
            if (options.Pad > 0 || options.Upsample > 1)
                clusters = FrameLabelFiles.ReadClusters(options.Labels[i], manifest, options.Pad, options.Upsample);
            rows.AddRange(QualityScores.Score(options.Labels[i], clusters, rate * options.Upsample, reference, manifest));
        }
        return
        [
            .. rows.Select(row => row with { Differences = [.. Differences(row, rows.First(first => first.Language == row.Language))] }),
        ];
    }

    /// <summary>Every file is compared with the first one, where their frames are the same: labels at another rate are of others.</summary>
    private static IEnumerable<FigureDifference> Differences(QualityRow row, QualityRow first) =>
        ReferenceEquals(row, first) || row.LabelRate != first.LabelRate ? [] : row.Figures!.Less(first.Figures!, first.Labels);
}
