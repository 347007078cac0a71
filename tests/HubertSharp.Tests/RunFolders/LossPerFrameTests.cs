using System.Text;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

/// <summary>Losses that fairseq divided by masked and unmasked frames together.</summary>
public sealed class LossPerFrameTests
{
    // 552.6 masked and 596.9 unmasked frames, both scored: 1.7059 × 1149.5 / 552.6 bits per masked frame
    private const string BothScored = """
        {"epoch": 5, "update": 4.1, "loss": 2.27, "count_m_0": "552.6", "loss_m_0": "1.7059", "correct_m_0": "0.345", "count_u_0": "596.9",
         "loss_u_0": "0.496", "wpb": "1149.5", "num_updates": "480", "lr": "0.001"}
        """;

    private const string MaskedScored = """
        {"epoch": 5, "update": 4.1, "loss": 3.55, "count_m_0": "552.6", "loss_m_0": "3.55", "correct_m_0": "0.345", "count_u_0": "596.9",
         "loss_u_0": "4.1", "wpb": "552.6", "num_updates": "480", "lr": "0.001"}
        """;

    [Theory]
    [InlineData(1149.5, 552.6, 596.9, 1149.5 / 552.6)]
    [InlineData(1149.5, 596.9, 552.6, 1149.5 / 596.9)]
    [InlineData(552.6, 552.6, 596.9, 1)] // unmasked frames have no weight
    [InlineData(552.6, 552.6, null, 1)]
    [InlineData(null, 552.6, 596.9, 1)]
    [InlineData(1149.5, double.NaN, double.NaN, 1)]
    [InlineData(0.0, 0.0, 0.0, 1)]
    public void The_factor_is_the_share_of_a_kind_of_frames(double? all, double? frames, double? others, double expected) =>
        Assert.Equal(expected, LossPerFrame.Factor(all, frames, others), 1e-12);

    [Theory]
    [InlineData(BothScored, 3.5486, 0.9552)]
    [InlineData(MaskedScored, 3.55, 4.1)]
    public void Who_reads_a_log_takes_the_loss_of_the_frames_themselves(string text, double masked, double unmasked)
    {
        var logged = text.ReplaceLineEndings("");
        var line = MetricsLine.TryParse(Encoding.UTF8.GetBytes(logged))!;
        Assert.Equal(masked, line["loss_m_0"]!.Value, 1e-3);
        Assert.Equal(unmasked, line["loss_u_0"]!.Value, 1e-3);

        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("train.log"), $"[2026-11-29 08:00:00,000][train_inner][INFO] - {logged}\n");
        var series = MetricsSeries.Read(folder.At("train.log"));
        Assert.Equal(masked, series.Train[0].LossMasked!.Value, 1e-3);
        Assert.Equal(unmasked, series.Train[0][Metric.LossUnmasked]!.Value, 1e-3);
    }

    [Theory]
    [InlineData(double.NaN, 3.4)]
    [InlineData(500.0, 1.7)] // a second label set, and by chance as many unmasked frames as masked ones
    public void The_live_figure_is_taken_by_the_same_rule(double secondSet, double expected)
    {
        var metrics = new Dictionary<string, double>
        {
            ["loss_m_0"] = 1.7,
            ["wpb"] = 1000,
            ["count_m_0"] = 500,
            ["count_u_0"] = 500,
            ["count_m_1"] = secondSet,
        };
        Assert.Equal(expected, LossPerFrame.Masked(key => metrics[key]), 1e-12);
    }

    [Fact]
    public void With_several_label_sets_the_losses_stay_as_they_were_logged()
    {
        const string Two = """{"loss_m_0": 1.7, "count_m_0": 500, "count_u_0": 500, "count_m_1": 500, "wpb": 1000, "num_updates": 1}""";
        Assert.Equal(1.7, MetricsLine.TryParse(Encoding.UTF8.GetBytes(Two))!["loss_m_0"]);
    }
}
