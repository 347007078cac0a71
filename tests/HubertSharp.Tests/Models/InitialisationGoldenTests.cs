using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using TorchSharp;

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
        var config = ConfigOf(expected);
        var classes = json.RootElement.GetProperty("classes").GetInt32();
        var specs = HubertParameters.Of(config, [classes]);
        Assert.Equal(expected.Select(p => p.GetProperty("name").GetString()), specs.Select(s => s.Name));
        Assert.Equal(json.RootElement.GetProperty("n_params").GetInt64(), specs.Sum(s => s.Count));
        using var model = new HubertModel(config, new TaskConfig(), [classes], ComputePrecision.Float32);
        model.Initialise(7);
        var values = model.Parameters.Infos.Select(model.Parameters.Values).ToArray();
        for (var i = 0; i < specs.Count; i++)
        {
            var item = expected[i];
            Assert.Equal(item.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), specs[i].Shape);
            var drawn = values[i];
            var (_, _, mean, deviation) = Spread(drawn);
            var (wantedMean, wantedDeviation) = (item.GetProperty("mean").GetDouble(), item.GetProperty("std").GetDouble());
            if (wantedDeviation == 0)
            {
                Assert.True(Array.TrueForAll(drawn, v => v == wantedMean), $"{specs[i].Name}: not all are {wantedMean}");
                continue;
            }
            // a norm's spread over kernel positions is itself a small sample
            var spread = drawn.Length >= 10_000 ? 0.02 : 0.25;
            Assert.True(Math.Abs(deviation - wantedDeviation) <= spread * wantedDeviation,
                $"{specs[i].Name}: std {deviation}, fairseq {wantedDeviation}");
            var error = 5 * wantedDeviation * Math.Sqrt(2.0 / drawn.Length);
            Assert.True(Math.Abs(mean - wantedMean) <= error, $"{specs[i].Name}: mean {mean}, fairseq {wantedMean}");
        }
    }

    /// <summary>
    /// Every number of a fresh model is fairseq's, not only its distribution: extremes and means of all parameters agree.
    /// </summary>
    [Theory, MemberData(nameof(Files))]
    public void The_same_seed_gives_fairseqs_weights(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At("init_stats", file)));
        var expected = json.RootElement.GetProperty("params").EnumerateArray().ToList();
        var seed = SeedOf(expected.First(p => p.GetProperty("name").GetString() == "feature_extractor.conv_layers.0.0.weight"));
        Assert.SkipWhen(seed is null, $"{file} was drawn from a seed beyond {SeedsTried}");
        using var model = new HubertModel(ConfigOf(expected), new TaskConfig(), [json.RootElement.GetProperty("classes").GetInt32()],
            ComputePrecision.Float32);
        model.Initialise(seed!.Value);
        foreach (var (info, item) in model.Parameters.Infos.Zip(expected))
        {
            var drawn = model.Parameters.Values(info);
            var (least, most, mean, _) = Spread(drawn);
            Assert.Equal(item.GetProperty("min").GetDouble(), least, Tolerance(item));
            Assert.Equal(item.GetProperty("max").GetDouble(), most, Tolerance(item));
            Assert.Equal(item.GetProperty("mean").GetDouble(), mean, Tolerance(item));
        }
    }

    /// <summary>Plain loops: these are hundreds of millions of numbers.</summary>
    private static (double Least, double Most, double Mean, double Deviation) Spread(float[] drawn)
    {
        var (least, most, sum, squares) = (float.PositiveInfinity, float.NegativeInfinity, 0.0, 0.0);
        foreach (var value in drawn)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
            sum += value;
        }
        var mean = sum / drawn.Length;
        foreach (var value in drawn)
            squares += (value - mean) * (value - mean);
        return (least, most, mean, drawn.Length == 1 ? 0 : Math.Sqrt(squares / (drawn.Length - 1)));
    }

    private const ulong SeedsTried = 2000;

    // torch's norm behind weight_g rounds in another order
    private static double Tolerance(JsonElement item) =>
        (item.GetProperty("name").GetString()!.EndsWith("weight_g", StringComparison.Ordinal) ? 1e-5 : 2e-7)
        * Math.Max(1e-2, Math.Abs(item.GetProperty("max").GetDouble()));

    /// <summary>The seed whose first convolution has this smallest value.</summary>
    private static ulong? SeedOf(JsonElement convolution)
    {
        TorchRuntime.Initialize();
        long[] shape = [.. convolution.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        var smallest = convolution.GetProperty("min").GetDouble();
        for (ulong seed = 0; seed < SeedsTried; seed++)
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(seed, torch.CPU);
            var weight = torch.empty(shape, torch.float32).uniform_(-1, 1, generator);
            weight.normal_(0, Math.Sqrt(2) / Math.Sqrt(shape[1] * shape[2]), generator);
            if (Math.Abs(weight.min().item<float>() - smallest) < 1e-6)
                return seed;
        }
        return null;
    }

    /// <summary>The configuration that has parameters of these names and shapes.</summary>
    private static ModelConfig ConfigOf(List<JsonElement> parameters)
    {
        var shapes = parameters.ToDictionary(p => p.GetProperty("name").GetString()!,
            p => p.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32()).ToArray());
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
            EncoderAttentionHeads = 1,
            EncoderFfnEmbedDim = shapes["encoder.layers.0.fc1.weight"][0],
            FinalDim = shapes["label_embs_concat"][1],
            ConvPos = shapes["encoder.pos_conv.0.weight_v"][2],
            ConvPosGroups = width / shapes["encoder.pos_conv.0.weight_v"][1],
            TargetGlu = shapes.ContainsKey("target_glu.0.weight"),
        };
    }
}
