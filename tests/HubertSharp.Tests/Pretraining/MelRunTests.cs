using System.Text.Json;
using HubertSharp.Models;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Pretraining;

/// <summary>Runs with log-mel front ends, linear heads and losses at two layers, by the whole engine.</summary>
public class MelRunTests
{
    public static string[] Mel(string frontend) =>
    [
        $"model.frontend={frontend}", "~model.conv_feature_layers", "~model.feature_grad_mult", "~criterion.loss_weights",
        "model.prediction_head=linear", "~model.final_dim", "~model.untie_final_proj", "model.predict_layers=[1,2]",
    ];

    [Theory]
    [InlineData("mel20", "projection")]
    [InlineData("mel40", "input")]
    public void A_stopped_run_goes_on_as_if_nothing_had_happened(string frontend, string place)
    {
        string[] overrides = [.. Mel(frontend), $"model.mask_place={place}", "checkpoint.save_interval_updates=3", "common.bf16=true"];
        using var whole = new TinyRun();
        whole.Train(null, overrides);
        using var stopped = new TinyRun();
        Assert.False(stopped.Train(new PretrainingOptions { StopAfterUpdate = 3 }, overrides).Finished);
        Assert.True(stopped.Train(null, overrides).Finished);

        Assert.Equal(whole.MetricsWithoutClock(), stopped.MetricsWithoutClock());
        var (weights, others) = (Weights(whole), Weights(stopped));
        Assert.Equal(weights.Tensors.Select(t => t.Name), others.Tensors.Select(t => t.Name));
        Assert.All(weights.Tensors, t => Assert.Equal(t.ToSingles(), others[t.Name].ToSingles()));
        // measured, not the usual ones
        Assert.True(weights[HubertBuffers.MelMean].ToSingles().Distinct().Count() > 20);
        Assert.All(weights[HubertBuffers.MelDeviation].ToSingles(), d => Assert.InRange(d, 0.1, 10));
    }

    [Fact]
    public void Every_layer_that_predicts_is_logged_and_learns()
    {
        using var run = new TinyRun();
        run.Train(null, [.. Mel("mel20"), "optimization.max_update=40", "common.log_interval=1"]);
        var lines = File.ReadAllLines(run.MetricsPath).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        var inner = lines.Where(l => l.GetProperty("tag").GetString() == "train_inner").ToArray();
        foreach (var key in (string[])["loss", "loss_m_0", "layer1_loss_m_0"])
            Assert.True(inner[^1].GetProperty(key).GetDouble() < inner[0].GetProperty(key).GetDouble(), key);
        Assert.InRange(inner[^1].GetProperty("layer1_correct_m_0").GetDouble(), 0, 1);
        Assert.Equal(0, inner[^1].GetProperty("loss_features_pen").GetDouble());
        Assert.Equal(inner[^1].GetProperty("loss").GetDouble(),
            (inner[^1].GetProperty("loss_m_0").GetDouble() + inner[^1].GetProperty("layer1_loss_m_0").GetDouble()) / 2, 1e-5);
        Assert.Contains(lines, l => l.TryGetProperty("valid_layer1_loss_m_0", out _));

        var findings = LossDoctor.Examine(DoctorInput.Read(run.Folder)).Findings;
        Assert.Contains(findings, f => f.Code == "several_heads" && f.Seen.Contains("layers 1, 2", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Code == "other_model");
    }

    [Fact]
    public void A_start_from_another_front_end_is_refused()
    {
        using var run = new TinyRun();
        run.Train(null, [.. Mel("mel20"), "optimization.max_update=2"]);
        using var other = new TinyRun("other");
        var message = Assert.Throws<UserException>(() => other.Train(null,
            [.. Mel("mel40"), $"checkpoint.finetune_from_model={run.Folder}"])).Message;
        Assert.Contains("model.frontend=mel20", message);
        Assert.Contains("found mel40", message);

        // its own is taken, with what it normalises by
        other.Train(null, [.. Mel("mel20"), $"checkpoint.finetune_from_model={run.Folder}", "optimization.max_update=2"]);
        Assert.Equal(Weights(run)[HubertBuffers.MelMean].ToSingles(), Weights(other)[HubertBuffers.MelMean].ToSingles());
    }

    private static SafetensorsFile Weights(TinyRun run) => SafetensorsFile.Read(
        Path.Combine(CheckpointFiles.Folders(Path.Combine(run.Folder, RunFolder.CheckpointsName))[^1].Path, CheckpointFiles.Weights));
}
