using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Quality;

/// <summary>
/// How well cluster labels agree with reference labels, as fairseq's <c>measure_teacher_quality.py</c> computes it: purities,
/// entropies and PNMI over the frames of the utterances that both sides have (HuBERT paper, section V.A).
/// </summary>
internal static class TeacherQuality
{
    /// <summary>The reference adds this inside every logarithm, so that PNMI of equal labellings is not exactly 1.</summary>
    internal const double InsideLogarithm = 1e-8;

    /// <summary>Compares two labellings; the longer side of an utterance is cut to the shorter one.</summary>
    /// <exception cref="UserException">The two share no frame.</exception>
    public static LabelQuality Measure(FrameLabels references, FrameLabels hypotheses) =>
        Measure(references, hypotheses, JointCounts.Of(references, hypotheses));

    /// <summary>The same of labellings that are counted already.</summary>
    public static LabelQuality Measure(FrameLabels references, FrameLabels hypotheses, JointCounts counts)
    {
        var total = counts.Total;
        var ofReference = counts.OfReference(references.Symbols.Count);
        var ofHypothesis = counts.OfHypothesis(hypotheses.Symbols.Count);
        var referenceEntropy = Entropy(ofReference, total);
        var hypothesisEntropy = Entropy(ofHypothesis, total);
        var information = 0.0;
        foreach (var (cell, count) in counts.Cells)
        {
            var joint = (double)count / total;
            var independent = (double)ofReference.Sum[cell.Reference] / total * ((double)ofHypothesis.Sum[cell.Hypothesis] / total);
            information += joint * Math.Log(joint / independent + InsideLogarithm);
        }
        var (referenceNames, byReference) = ByName(ofReference, references.Symbols);
        var (hypothesisNames, byHypothesis) = ByName(ofHypothesis, hypotheses.Symbols);
        return new LabelQuality(
            ReferencePurity: (double)ofHypothesis.Largest.Sum() / total,
            ClusterPurity: (double)ofReference.Largest.Sum() / total,
            referenceEntropy,
            hypothesisEntropy,
            information,
            // a side of one class has no entropy but the reference's 1e-8, and the quotient of two roundings came out as -1
            Pnmi: referenceNames.Length > 1 ? information / referenceEntropy : null,
            MutualInformationOverHypothesisEntropy: hypothesisNames.Length > 1 ? information / hypothesisEntropy : null,
            MeanSegmentFrames(references),
            MeanSegmentFrames(hypotheses),
            total,
            counts.Difference,
            references.Utterances.Count,
            counts.Missing,
            referenceNames,
            hypothesisNames,
            ReferencePurityByHypothesis: byHypothesis,
            ClusterPurityByReference: byReference);
    }

    private static double Entropy(JointCounts.Marginals marginals, long total)
    {
        var entropy = 0.0;
        foreach (var count in marginals.Sum)
        {
            var p = (double)count / total;
            entropy -= p * Math.Log(p + InsideLogarithm);
        }
        return entropy;
    }

    private static (string[] Names, double[] Purities) ByName(JointCounts.Marginals marginals, IReadOnlyList<string> symbols)
    {
        var seen = Enumerable.Range(0, symbols.Count).Where(label => marginals.Sum[label] > 0)
            .OrderBy(label => symbols[label], StringComparer.Ordinal).ToArray();
        return ([.. seen.Select(label => symbols[label])],
            [.. seen.Select(label => (double)marginals.Largest[label] / marginals.Sum[label])]);
    }

    private static double MeanSegmentFrames(FrameLabels labels)
    {
        long frames = 0, segments = 0;
        foreach (var sequence in labels.Utterances.Values)
        {
            frames += sequence.Length;
            for (var t = 0; t < sequence.Length; t++)
            {
                if (t == 0 || sequence[t] != sequence[t - 1])
                    segments++;
            }
        }
        return (double)frames / segments;
    }
}
