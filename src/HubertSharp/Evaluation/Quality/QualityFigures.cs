using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Quality;

/// <summary>
/// PNMI and purities as sums over utterances. Each is a quotient of two sums over frames (PNMI: what the frame's cluster says about its
/// label, over what there is to say), with the table of labels and clusters held as it is; to the first order that is what a table made
/// anew from the drawn utterances gives, without the upward bias that mutual information has on the fewer different utterances of a draw.
/// </summary>
/// <param name="Pnmi">PNMI; null for a reference of one class.</param>
/// <param name="ReferencePurity">Phone purity.</param>
/// <param name="ClusterPurity">Cluster purity.</param>
internal sealed record QualityFigures(ResampledFigure? Pnmi, ResampledFigure ReferencePurity, ResampledFigure ClusterPurity)
{
    /// <summary>Figures of clusters against a reference.</summary>
    /// <exception cref="Runs.UserException">The two share no frame.</exception>
    public static QualityFigures Of(FrameLabels references, FrameLabels hypotheses) =>
        Of(references, hypotheses, JointCounts.Of(references, hypotheses));

    /// <summary>The same of labellings that are counted already.</summary>
    public static QualityFigures Of(FrameLabels references, FrameLabels hypotheses, JointCounts counts)
    {
        var ofReference = counts.OfReference(references.Symbols.Count);
        var ofHypothesis = counts.OfHypothesis(hypotheses.Symbols.Count);
        var total = (double)counts.Total;
        var told = counts.Cells.ToDictionary(c => c.Key, c => Math.Log(
            (c.Value / total / (ofReference.Sum[c.Key.Reference] / total * (ofHypothesis.Sum[c.Key.Hypothesis] / total)))
            + TeacherQuality.InsideLogarithm));
        double[] there = [.. ofReference.Sum.Select(count => -Math.Log((count / total) + TeacherQuality.InsideLogarithm))];
        List<(string, string?, double, double)> pnmi = [], referencePurity = [], clusterPurity = [];
        foreach (var (name, reference, hypothesis) in JointCounts.Pairs(references, hypotheses))
        {
            var frames = Math.Min(reference.Length, hypothesis.Length);
            var (said, all, right, together) = (0.0, 0.0, 0, 0);
            for (var t = 0; t < frames; t++)
            {
                said += told[(reference[t], hypothesis[t])];
                all += there[reference[t]];
                right += ofHypothesis.Commonest[hypothesis[t]] == reference[t] ? 1 : 0;
                together += ofReference.Commonest[reference[t]] == hypothesis[t] ? 1 : 0;
            }
            var speaker = references.SpeakerOf(name);
            pnmi.Add((name, speaker, said, all));
            referencePurity.Add((name, speaker, right, frames));
            clusterPurity.Add((name, speaker, together, frames));
        }
        return new QualityFigures(ofReference.Sum.Count(c => c > 0) > 1 ? ResampledFigure.Quotient(pnmi) : null,
            ResampledFigure.Quotient(referencePurity), ResampledFigure.Quotient(clusterPurity));
    }

    /// <summary>The figures with their intervals.</summary>
    public QualityEstimates Estimates() =>
        new(Pnmi?.Estimate(), ReferencePurity.Estimate(), ClusterPurity.Estimate());

    /// <summary>These figures less others of the same utterances.</summary>
    /// <param name="other">The others.</param>
    /// <param name="than">Their name.</param>
    public IEnumerable<FigureDifference> Less(QualityFigures other, string than)
    {
        if (Pnmi is not null && other.Pnmi is not null)
            yield return new FigureDifference(Figure.Pnmi, than, Pnmi.Less(other.Pnmi));
        yield return new FigureDifference(Figure.PhonePurity, than, ReferencePurity.Less(other.ReferencePurity));
        yield return new FigureDifference(Figure.ClusterPurity, than, ClusterPurity.Less(other.ClusterPurity));
    }
}
