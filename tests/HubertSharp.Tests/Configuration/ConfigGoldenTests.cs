using System.Text.Json;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

[Trait("Part", "golden")]
public class ConfigGoldenTests
{
    public static TheoryData<string> Models() => [.. Fixtures.Matching("hubert_tiny_*")];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_references_own_configuration_is_known_key_by_key(string model)
    {
        using var folder = new TemporaryFolder();
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.At(model, "config.json")));
        string[] groups = ["model", "task", "criterion"];
        // JSON is YAML
        var text = $"{{{string.Join(",", groups.Select(g => $"\"{g}\": {json.RootElement.GetProperty(g).GetRawText()}"))}}}";
        var config = ConfigLoader.Load(folder.Write("config.yaml", text), []);
        var expected = json.RootElement.GetProperty("model");
        Assert.Equal(expected.GetProperty("encoder_layers").GetInt32(), config.Value.Model.EncoderLayers);
        Assert.Equal(expected.GetProperty("mask_prob").GetDouble(), config.Value.Model.MaskProb);
        Assert.Equal(expected.GetProperty("label_rate").GetDouble(), config.Value.Model.LabelRate);
        Assert.Equal(json.RootElement.GetProperty("task").GetProperty("labels").EnumerateArray().Select(l => l.GetString()!),
            config.Value.Task.Labels);
        Assert.Equal(json.RootElement.GetProperty("criterion").GetProperty("loss_weights").EnumerateArray().Select(w => w.GetDouble()),
            config.Value.Criterion.LossWeights);
    }
}
