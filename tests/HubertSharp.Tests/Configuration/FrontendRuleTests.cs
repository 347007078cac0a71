using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

/// <summary>Front ends, heads and places of the mask: what there is, and what has no meaning beside them.</summary>
public class FrontendRuleTests
{
    private static readonly string[] Given =
        ["task.data=d", "task.label_dir=d", "model.label_rate=50", "checkpoint.save_dir=s"];

    [Theory]
    [InlineData("model.frontend=mel10", "model.frontend expected waveform or mel20 or mel40, found 'mel10'")]
    [InlineData("model.prediction_head=softmax", "model.prediction_head expected cosine or linear, found 'softmax'")]
    [InlineData("model.mask_place=output", "model.mask_place expected projection or input, found 'output'")]
    [InlineData("model.predict_layers=[2]",
        "model.predict_layers expected different layers from 1 to model.encoder_layers = 4, the last among them, found [2]")]
    [InlineData("model.predict_layers=[2,4,5]",
        "model.predict_layers expected different layers from 1 to model.encoder_layers = 4, the last among them, found [2, 4, 5]")]
    [InlineData("model.mask_place=input",
        "model.mask_place expected no value (leave it out, or ~model.mask_place) with model.frontend=waveform, which has no log-mel frames "
        + "to hide, found input")]
    [InlineData("model.prediction_head=linear",
        "model.final_dim expected no value (leave it out, or ~model.final_dim) with model.prediction_head=linear, which has no label "
        + "embeddings, found 128")]
    public void Each_fault_says_where_and_what(string overrides, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_small_cpu", [.. Given, overrides])).Message);

    [Fact]
    public void Keys_of_the_waveform_have_no_meaning_beside_log_mel()
    {
        string[] keys = ["model.conv_feature_layers", "model.feature_grad_mult", "criterion.loss_weights"];
        var message = Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_small_cpu", [.. Given, "model.frontend=mel20"])).Message;
        Assert.All(keys, key => Assert.Contains($"{key} expected no value (leave it out, or ~{key}) with model.frontend=mel20", message));
        Assert.Contains("which has no features penalty, found 10", message);
        var config = ConfigLoader.Load("hubert_small_cpu", [.. Given, "model.frontend=mel20", .. keys.Select(key => $"~{key}")]);
        Assert.Equal("mel20", config.Value.Model.Frontend);
    }

    [Theory]
    [InlineData("mel20")]
    [InlineData("mel40")]
    public void The_bundled_one_takes_either(string frontend)
    {
        var model = ConfigLoader.Load("hubert_mel_cpu", [.. Given, $"model.frontend={frontend}"]).Value.Model;
        Assert.Equal((frontend, "linear"), (model.Frontend, model.PredictionHead));
        Assert.Equal([2, 4], model.PredictLayers!);
    }
}
