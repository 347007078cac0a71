using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Models;

/// <summary>Names, order, shapes and statistics of freshly built full-width models.</summary>
[Trait("Part", "golden")]
public class InitialisationGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        Directory.GetFiles(Fixtures.At("init_stats"), "*.json").Select(path => new TheoryDataRow<string>(Path.GetFileName(path)));

    [Theory, MemberData(nameof(Files))]
    public void Initialisation_is_fairseqs(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("init_stats", file)));
        var expected = json.RootElement.GetProperty("params").EnumerateArray().ToList();
        var specs = HubertParameters.Of(ConfigOf(expected), [json.RootElement.GetProperty("classes").GetInt32()]);
        Assert.Equal(expected.Select(p => p.GetProperty("name").GetString()), specs.Select(s => s.Name));
        Assert.Equal(json.RootElement.GetProperty("n_params").GetInt64(), specs.Sum(s => s.Count));
        var values = ParameterStore.Draw(specs, seed: 7);
        for (var i = 0; i < specs.Count; i++)
        {
            var item = expected[i];
            Assert.Equal(item.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), specs[i].Shape);
            var drawn = values[i];
            var mean = drawn.Average(v => (double)v);
            var deviation = drawn.Length == 1 ? 0 : Math.Sqrt(drawn.Sum(v => (v - mean) * (v - mean)) / (drawn.Length - 1));
            var (wantedMean, wantedDeviation) = (item.GetProperty("mean").GetDouble(), item.GetProperty("std").GetDouble());
            if (wantedDeviation == 0)
            {
                Assert.All(drawn, v => Assert.Equal(wantedMean, v));
                continue;
            }
            // a norm's spread over kernel positions is itself a small sample
            var spread = drawn.Length >= 10_000 ? 0.02 : 0.25;
            Assert.True(Math.Abs(deviation - wantedDeviation) <= spread * wantedDeviation, $"{specs[i].Name}: std {deviation}, fairseq {wantedDeviation}");
            var error = 5 * wantedDeviation * Math.Sqrt(2.0 / drawn.Length);
            Assert.True(Math.Abs(mean - wantedMean) <= error, $"{specs[i].Name}: mean {mean}, fairseq {wantedMean}");
        }
    }

    [Fact]
    public void Initialisation_is_a_function_of_the_seed()
    {
        var specs = HubertParameters.Of(new ModelConfig { EncoderLayers = 1, EncoderEmbedDim = 32, EncoderFfnEmbedDim = 48, EncoderAttentionHeads = 2 }, [9]);
        var first = ParameterStore.Draw(specs, 1);
        Assert.Equal(first, ParameterStore.Draw(specs, 1));
        Assert.NotEqual(first, ParameterStore.Draw(specs, 2));
    }

    /// <summary>The configuration that has parameters of these names and shapes.</summary>
    private static ModelConfig ConfigOf(List<JsonElement> parameters)
    {
        var shapes = parameters.ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32()).ToArray());
        var width = shapes["mask_emb"][0];
        var convolutions = Enumerable.Range(0, 64).Where(i => shapes.ContainsKey($"feature_extractor.conv_layers.{i}.0.weight"))
            .Select(i => shapes[$"feature_extractor.conv_layers.{i}.0.weight"]).Select(s => new ConvLayerSpec(s[0], s[2], 2)).ToList();
        return new ModelConfig
        {
            ExtractorMode = shapes.ContainsKey("feature_extractor.conv_layers.0.2.1.weight") ? "layer_norm" : "default",
            ConvBias = shapes.ContainsKey("feature_extractor.conv_layers.0.0.bias"),
            ConvFeatureLayers = convolutions,
            EncoderLayers = shapes.Keys.Count(k => k.EndsWith("fc1.weight", StringComparison.Ordinal)),
            EncoderEmbedDim = width,
            EncoderFfnEmbedDim = shapes["encoder.layers.0.fc1.weight"][0],
            FinalDim = shapes["label_embs_concat"][1],
            ConvPos = shapes["encoder.pos_conv.0.weight_v"][2],
            ConvPosGroups = width / shapes["encoder.pos_conv.0.weight_v"][1],
            TargetGlu = shapes.ContainsKey("target_glu.0.weight"),
        };
    }
}
