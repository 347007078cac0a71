using HubertSharp.Audio;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Quality;

/// <summary>Scores cluster labels against a reference, for all utterances and per language where the manifest names languages.</summary>
internal static class QualityScores
{
    private const double SampleRate = SamplingRate.Hz;

    /// <summary>One row per language that the reference covers; a row for all when that is not the same thing.</summary>
    /// <param name="name">The name of the label set in the rows.</param>
    /// <param name="clusters">Labels under <see cref="UtteranceIndex.NameOf"/> names.</param>
    /// <param name="labelRate">Labels per second.</param>
    /// <param name="reference">What to compare with.</param>
    /// <param name="manifest">The manifest of the labels.</param>
    /// <exception cref="UserException">Reference and labels share no frame.</exception>
    public static IReadOnlyList<QualityRow> Score(
        string name, FrameLabels clusters, double labelRate, IReference reference, Manifest manifest)
    {
        var references = reference.For(clusters, labelRate);
        reference.CheckLength(clusters, labelRate);
        var languageOf = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
            languageOf[UtteranceIndex.NameOf(entry.RelativePath)] = entry.Language;

        var without = clusters.Utterances.Keys.Count(utterance => !references.Utterances.ContainsKey(utterance));
        var rows = new List<QualityRow>();
        foreach (var language in languageOf.Values.OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            bool InLanguage(string utterance) => languageOf.GetValueOrDefault(utterance) == language;
            var covered = references.Where(InLanguage);
            var labelled = clusters.Where(InLanguage);
            if (covered.Utterances.Values.Any(frames => frames.Length > 0))
                rows.Add(Row(language, covered, labelled));
        }
        if (rows.Count != 1)
            rows.Insert(0, Row(null, references, clusters));
        return rows;

        QualityRow Row(string? language, FrameLabels ofReference, FrameLabels ofClusters)
        {
            var counts = JointCounts.Of(ofReference, ofClusters);
            var figures = QualityFigures.Of(ofReference, ofClusters, counts);
            var quality = TeacherQuality.Measure(ofReference, ofClusters, counts);
            return new QualityRow(name, language, labelRate, quality, ClusterUsage.Of(ofClusters))
            {
                ManifestUtterances = clusters.Utterances.Count,
                ManifestUtterancesWithoutReference = without,
                Figures = figures,
                Estimates = figures.Estimates(),
            };
        }
    }

    /// <summary>Refuses labels whose number does not go with the duration of the audio at the rate that was given.</summary>
    /// <param name="path">The label file, for the message.</param>
    /// <param name="clusters">Its labels, not padded or upsampled.</param>
    /// <param name="manifest">Their manifest.</param>
    /// <param name="labelRate">The rate as the user gave it.</param>
    /// <param name="manifestPath">Where the manifest is from: its lengths may be at fault, which a few of its files tell.</param>
    /// <exception cref="UserException">The labels run at another rate.</exception>
    public static void CheckRate(string path, FrameLabels clusters, Manifest manifest, double labelRate, string manifestPath)
    {
        // A frame needs its whole window, so up to three frames per utterance are missing at the end.
        const double missingPerUtterance = 3;
        var seconds = manifest.Entries.Sum(entry => entry.LengthSamples) / SampleRate;
        var labels = clusters.Utterances.Values.Sum(sequence => (double)sequence.Length);
        if (Math.Abs(seconds * labelRate - labels) > missingPerUtterance * manifest.Entries.Count + 0.01 * labels)
            throw ManifestLengths.Look(manifestPath, manifest, SamplingRate.Hz, AudioFile.LengthOrNull, CancellationToken.None)?.Fault
                is var (what, next)
                ? EvaluationFaults.ManifestLengths(what, next)
                : EvaluationFaults.LabelRate(path, labelRate, labels / seconds);
    }
}
