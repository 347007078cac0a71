using CsCheck;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Evaluation.Quality;

/// <summary>A slow twin that works on a dense joint matrix and on strings, as the reference script does.</summary>
public class TeacherQualityOracleTests
{
    [Fact]
    public void Equals_the_dense_computation() =>
        Gen.Select(Utterances(5), Utterances(7)).Sample((references, hypotheses) =>
        {
            var actual = TeacherQuality.Measure(Labels(references), Labels(hypotheses));
            var expected = Dense(references, hypotheses);
            Assert.Equal(expected.ReferencePurity, actual.ReferencePurity, 1e-12);
            Assert.Equal(expected.ClusterPurity, actual.ClusterPurity, 1e-12);
            Assert.Equal(expected.Information, actual.MutualInformationNats, 1e-12);
            Assert.Equal(expected.ReferenceEntropy, actual.ReferenceEntropyNats, 1e-12);
            Assert.Equal(expected.HypothesisEntropy, actual.HypothesisEntropyNats, 1e-12);
        }, iter: 200);

    [Fact]
    public void Equal_labellings_are_pure()
    {
        var labels = Labels([["a", "b", "a", "c"]]);
        var quality = TeacherQuality.Measure(labels, labels);
        Assert.Equal(1, quality.ReferencePurity);
        Assert.Equal(1, quality.ClusterPurity);
        Assert.Equal(1, quality.Pnmi!.Value, 1e-6);
    }

    [Fact]
    public void One_cluster_says_nothing()
    {
        var quality = TeacherQuality.Measure(Labels([["a", "b", "a", "b"]]), Labels([["0", "0", "0", "0"]]));
        Assert.Equal(0.5, quality.ReferencePurity);
        Assert.Equal(1, quality.ClusterPurity);
        Assert.Equal(0, quality.Pnmi!.Value, 1e-6);
        Assert.Null(quality.MutualInformationOverHypothesisEntropy);
    }

    [Fact]
    public void A_reference_of_one_class_has_no_pnmi() =>
        Assert.Null(TeacherQuality.Measure(Labels([["a", "a", "a", "a"]]), Labels([["0", "1", "0", "2"]])).Pnmi);

    [Fact]
    public void Nothing_in_common_is_a_fault()
    {
        var other = new FrameLabels();
        other.Set("elsewhere", ["0"]);
        var fault = Assert.Throws<UserException>(() => TeacherQuality.Measure(Labels([["a"]]), other));
        Assert.Contains("share no frame", fault.Message);
    }

    private static Gen<string[][]> Utterances(int symbols) =>
        Gen.Int[0, symbols - 1].Select(i => $"{i}").Array[1, 30].Array[1, 4];

    private static FrameLabels Labels(string[][] utterances)
    {
        var labels = new FrameLabels();
        for (var u = 0; u < utterances.Length; u++)
            labels.Set($"u{u}", utterances[u]);
        return labels;
    }

    private static (double ReferencePurity, double ClusterPurity, double Information, double ReferenceEntropy,
        double HypothesisEntropy) Dense(
        string[][] references, string[][] hypotheses)
    {
        var pairs = references.Zip(hypotheses).SelectMany(u => u.First.Zip(u.Second)).ToArray();
        var rows = pairs.Select(p => p.First).Distinct().ToArray();
        var columns = pairs.Select(p => p.Second).Distinct().ToArray();
        double P(string row, string column) => pairs.Count(p => p.First == row && p.Second == column) / (double)pairs.Length;
        double Row(string row) => columns.Sum(column => P(row, column));
        double Column(string column) => rows.Sum(row => P(row, column));
        return (
            columns.Sum(column => rows.Max(row => P(row, column))),
            rows.Sum(row => columns.Max(column => P(row, column))),
            rows.Sum(row => columns.Sum(column => P(row, column) * Math.Log(P(row, column) / (Row(row) * Column(column)) + 1e-8))),
            rows.Sum(row => -Row(row) * Math.Log(Row(row) + 1e-8)),
            columns.Sum(column => -Column(column) * Math.Log(Column(column) + 1e-8)));
    }
}
