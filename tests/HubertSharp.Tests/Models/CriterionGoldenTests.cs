using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tests.Tensors;
using TorchSharp;

namespace HubertSharp.Tests.Models;

/// <summary>The criterion on made-up logits in fairseq's own layout: ties, all-equal rows, −inf.</summary>
[Trait("Part", "golden")]
public class CriterionGoldenTests
{
    [Fact]
    public void Criterion_is_fairseqs()
    {
        using var scope = torch.NewDisposeScope();
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("criterion_cases", "expected.json")));
        var file = SafetensorsFile.Read(Fixtures.At("criterion_cases", "logits.safetensors"));
        FrameScores Score(string kind)
        {
            var names = file.Tensors.Where(t => t.Name.StartsWith("logit_" + kind, StringComparison.Ordinal)).ToList();
            var logits = torch.tensor(names[0].ToSingles(), [names[0].Shape[0], names[0].Shape[1]]);
            var zeros = torch.zeros(logits.shape[0], torch.int64);
            return ClusterPrediction.Score(logits, zeros, zeros, [(int)logits.shape[0]], ownColumnHidden: false);
        }

        var penalty = torch.tensor((float)json.RootElement.GetProperty("features_pen").GetDouble());
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        foreach (var item in cases)
        {
            var config = item.Deserialize<CriterionConfig>(ModelDescription.Json)!;
            var result = HubertCriterion.Combine(config, [Score("m")], [Score("u")], penalty);
            TensorAssert.NearRelative(item.GetProperty("loss").GetDouble(), result.Loss.item<float>(), 1e-6, "loss");
            Assert.Equal(item.GetProperty("sample_size").GetInt64(), result.SampleSize);
            foreach (var entry in item.GetProperty("logging_output").EnumerateObject())
            {
                var expected = entry.Value.GetDouble();
                switch (entry.Name)
                {
                    case "loss_m_0": TensorAssert.NearRelative(expected, result.Masked[0].LossSum.item<float>(), 1e-6, entry.Name); break;
                    case "loss_u_0": TensorAssert.NearRelative(expected, result.Unmasked[0].LossSum.item<float>(), 1e-6, entry.Name); break;
                    case "correct_m_0": Assert.Equal(expected, result.Masked[0].Correct.item<long>()); break;
                    case "correct_u_0": Assert.Equal(expected, result.Unmasked[0].Correct.item<long>()); break;
                    case "count_m_0": Assert.Equal(expected, result.Masked[0].Count); break;
                    case "count_u_0": Assert.Equal(expected, result.Unmasked[0].Count); break;
                    case "loss_features_pen":
                        TensorAssert.NearRelative(expected, result.FeaturesPenalty!.item<float>(), 1e-6, entry.Name); break;
                }
            }
            Assert.Equal(item.GetProperty("logging_output").TryGetProperty("loss_features_pen", out _), result.FeaturesPenalty is not null);
        }
    }
}
