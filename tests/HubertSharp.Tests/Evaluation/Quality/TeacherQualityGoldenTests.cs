using System.Text.Json;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Tests.Evaluation.Quality;

/// <summary>Every case of <c>teacher_quality/expected.json</c>, to 1e-9 (the reference computes in float64 as we do).</summary>
[Trait("Part", "golden")]
public class TeacherQualityGoldenTests
{
    private const double Tolerance = 1e-9;
    private static readonly string Folder = Fixtures.At("teacher_quality");

    public static TheoryData<int> PhoneCases()
    {
        using var json = Expected();
        return [.. Enumerable.Range(0, json.RootElement.GetProperty("phn_lab").GetArrayLength())];
    }

    [Theory, MemberData(nameof(PhoneCases))]
    public void Clusters_against_phones(int index)
    {
        using var json = Expected();
        var expected = json.RootElement.GetProperty("phn_lab")[index];
        var clusters = Clusters(expected.GetProperty("lab_name").GetString()!, expected.GetProperty("pad_len").GetInt32(),
            expected.GetProperty("upsample").GetInt32());

        var quality = TeacherQuality.Measure(Matched(Phones(), clusters), clusters);

        Close(expected, "phone_purity_ref_pur", quality.ReferencePurity);
        Close(expected, "cluster_purity_hyp_pur", quality.ClusterPurity);
        Close(expected, "H_ref", quality.ReferenceEntropyNats);
        Close(expected, "H_hyp", quality.HypothesisEntropyNats);
        Close(expected, "MI", quality.MutualInformationNats);
        Close(expected, "PNMI_MI_over_H_ref", quality.Pnmi!.Value);
        Close(expected, "MI_over_H_hyp", quality.MutualInformationOverHypothesisEntropy!.Value);
        Close(expected, "ref_segL", quality.ReferenceSegmentFrames);
        Close(expected, "hyp_segL", quality.HypothesisSegmentFrames);
        Assert.Equal(expected.GetProperty("p_xy_shape")[0].GetInt32(), quality.References.Count);
        Assert.Equal(expected.GetProperty("p_xy_shape")[1].GetInt32(), quality.Hypotheses.Count);
        Assert.Equal(expected.GetProperty("frm_tot").GetInt64(), quality.FramesTotal);
        Assert.Equal(expected.GetProperty("frm_diff").GetInt64(), quality.FrameDifference);
        Assert.Equal(expected.GetProperty("utt_tot").GetInt32(), quality.UtterancesTotal);
        Assert.Equal(expected.GetProperty("utt_miss").GetInt32(), quality.UtterancesMissing);
        Assert.Equal(Texts(expected.GetProperty("ref_set")), quality.References);
        Assert.Equal(Texts(expected.GetProperty("hyp_set")), quality.Hypotheses);
        AllClose(Numbers(expected.GetProperty("ref_pur_by_hyp")), quality.ReferencePurityByHypothesis);
        AllClose(Numbers(expected.GetProperty("hyp_pur_by_ref")), quality.ClusterPurityByReference);
    }

    /// <summary>The printed table of labels against other labels: four decimals, read back from the text.</summary>
    [Fact]
    public void Labels_against_labels_as_printed()
    {
        using var json = Expected();
        var cases = json.RootElement.EnumerateObject().Where(p => p.Name.StartsWith("lab_lab_", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(cases);
        foreach (var entry in cases)
        {
            // lab_lab_REF_vs_HYP_upsampleN_printed
            var parts = entry.Name["lab_lab_".Length..].Split('_');
            var upsample = int.Parse(parts[3]["upsample".Length..]);
            var quality = TeacherQuality.Measure(Clusters(parts[0], 0, 1), Clusters(parts[2], 0, upsample));
            string[] row =
            [
                $"{quality.ReferencePurity:0.0000}", $"{quality.ClusterPurity:0.0000}", $"{quality.ReferenceEntropyNats:0.0000}",
                $"{quality.HypothesisEntropyNats:0.0000}", $"{quality.MutualInformationNats:0.0000}", $"{quality.Pnmi:0.0000}",
                $"{quality.ReferenceSegmentFrames:0.0000}", $"{quality.HypothesisSegmentFrames:0.0000}",
                $"({quality.References.Count},", $"{quality.Hypotheses.Count})",
                $"{quality.FramesTotal}", $"{quality.FrameDifference}", $"{quality.UtterancesTotal}", $"{quality.UtterancesMissing}",
            ];
            var printed = entry.Value.GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.Equal(printed.Split(' ', StringSplitOptions.RemoveEmptyEntries), row);
        }
    }

    private static JsonDocument Expected() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json")));

    private static FrameLabels Phones()
    {
        var phones = new FrameLabels();
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "phn"), "*.tsv").Order(StringComparer.Ordinal))
        {
            var part = FrameLabelFiles.ReadPhones(file);
            foreach (var (name, labels) in part.Utterances)
                phones.Set(name, labels.Select(label => part.Symbols[label]));
        }
        return phones;
    }

    private static FrameLabels Clusters(string name, int pad, int upsample)
    {
        var all = new FrameLabels();
        foreach (var file in Directory.GetFiles(Folder, $"*.{name}").Order(StringComparer.Ordinal))
        {
            var part = FrameLabelFiles.ReadClusters(file, Manifest.Read(Path.ChangeExtension(file, ".tsv")), pad, upsample);
            foreach (var (utterance, labels) in part.Utterances)
                all.Set(utterance, labels.Select(label => part.Symbols[label]));
        }
        return all;
    }

    private static FrameLabels Matched(FrameLabels references, FrameLabels clusters) =>
        new FixedReference("", references).For(clusters, labelRate: 0);

    private static void Close(JsonElement expected, string key, double actual) =>
        Assert.Equal(expected.GetProperty(key).GetDouble(), actual, Tolerance);

    private static void AllClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance);
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];
}
