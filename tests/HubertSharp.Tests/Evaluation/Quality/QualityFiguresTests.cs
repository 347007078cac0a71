using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Evaluation.Quality;

/// <summary>PNMI and purities by utterance: they sum to fairseq's, and change as tables made anew would.</summary>
public class QualityFiguresTests
{
    private const int Utterances = 40, Phones = 5, Clusters = 8;

    [Fact]
    public void The_figures_are_those_of_the_reference_arithmetic()
    {
        var (references, clusters) = Labels();
        var (quality, figures) = (TeacherQuality.Measure(references, clusters), QualityFigures.Of(references, clusters));
        Assert.Equal(quality.Pnmi!.Value, figures.Pnmi!.Value, 1e-12);
        Assert.Equal(quality.ReferencePurity, figures.ReferencePurity.Value, 1e-12);
        Assert.Equal(quality.ClusterPurity, figures.ClusterPurity.Value, 1e-12);
        Assert.Equal([(ResampledUnit.Utterances, Utterances), (ResampledUnit.Speakers, 6)],
            figures.Estimates().Pnmi!.Intervals.Select(i => (i.Over, i.Units)));
        Assert.All(figures.Estimates().Pnmi!.Intervals, i => Assert.InRange(quality.Pnmi.Value, i.Low, i.High));
    }

    /// <summary>A quotient with the table held changes with an utterance's weight as PNMI of the weighted table does.</summary>
    [Fact]
    public void Holding_the_table_is_right_to_the_first_order()
    {
        var (references, clusters) = Labels();
        var sums = (UnitSums)QualityFigures.Of(references, clusters).Pnmi!.ByUtterance;
        var below = sums.Units.Values.Sum(u => u.Denominator);
        foreach (var name in references.Utterances.Keys.Take(8))
        {
            const double step = 1e-4;
            var slope = (Weighted(references, clusters, name, 1 + step) - Weighted(references, clusters, name, 1 - step)) / (2 * step);
            var (numerator, denominator) = sums.Units[name];
            Assert.Equal(slope, (numerator - (sums.Value * denominator)) / below, 1e-6);
        }
    }

    [Fact]
    public void A_reference_of_one_class_has_no_PNMI()
    {
        var (references, clusters) = (new FrameLabels(), new FrameLabels());
        references.Set("a", ["x", "x"]);
        clusters.Set("a", ["1", "2"]);
        var figures = QualityFigures.Of(references, clusters);
        Assert.Null(figures.Pnmi);
        Assert.Null(figures.Estimates().Pnmi);
        Assert.DoesNotContain(figures.Less(figures, "itself"), d => d.Figure == Figure.Pnmi);
    }

    private static (FrameLabels References, FrameLabels Clusters) Labels()
    {
        var (references, clusters, random) = (new FrameLabels(), new FrameLabels(), new Random(5));
        for (var u = 0; u < Utterances; u++)
        {
            int[] phones = [.. Enumerable.Range(0, 20 + random.Next(60)).Select(_ => random.Next(Phones))];
            references.Set($"u{u}", phones.Select(p => $"p{p}"));
            references.SetSpeaker($"u{u}", $"s{u % 6}");
            // a frame more than the reference has, and clusters that tell something
            clusters.Set($"u{u}", phones.Append(0).Select(p => $"{(random.Next(3) == 0 ? random.Next(Clusters) : p)}"));
        }
        return (references, clusters);
    }

    private static double Weighted(FrameLabels references, FrameLabels clusters, string name, double weight)
    {
        var joint = new double[Phones, Clusters];
        foreach (var (utterance, phones) in references.Utterances)
        {
            for (var t = 0; t < phones.Length; t++)
                joint[phones[t], clusters.Utterances[utterance][t]] += utterance == name ? weight : 1;
        }
        var total = joint.Cast<double>().Sum();
        double Row(int p) => Enumerable.Range(0, Clusters).Sum(k => joint[p, k]) / total;
        double Column(int k) => Enumerable.Range(0, Phones).Sum(p => joint[p, k]) / total;
        var (information, entropy) = (0.0, 0.0);
        for (var p = 0; p < Phones; p++)
        {
            entropy -= Row(p) * Math.Log(Row(p));
            for (var k = 0; k < Clusters; k++)
                information += joint[p, k] == 0 ? 0 : joint[p, k] / total * Math.Log(joint[p, k] / total / (Row(p) * Column(k)));
        }
        return information / entropy;
    }
}
