using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Doctor;

public class LossDoctorTests
{
    private static readonly DoctorContext Hundred = new() { Clusters = 100, ClustersFrom = "dict.km.txt", LabelEntropyBits = 6.43 };

    private static string BaselineLog => Path.Combine(Fixtures.RepositoryRoot(), "tests", "HubertSharp.Tests", "Doctor", "fairseq_iteration1.jsonl");

    [Fact]
    public void The_real_fairseq_run_is_normal_and_explained()
    {
        var report = LossDoctor.Examine(MetricsSeries.Read(BaselineLog), Hundred);
        Assert.Equal(LossVerdict.Normal, report.Verdict);
        Assert.Equal(("bits", "perplexity", 104), (report.Unit, report.UnitFrom, report.Classes!.Value));
        Assert.Equal(Math.Log2(104), report.ChanceBits!.Value, 1e-12);
        Assert.Equal((9.603, 6.757, 2.864), (report.First.TotalBits, report.First.PredictionBits, report.First.PenaltyBits));
        Assert.InRange(report.FinalLossBits!.Value, 4.8, 4.9);
        Assert.Equal((4.801, 4.824), (report.LastWindowLossBits, report.ValidLossBits));
        Assert.Equal(1 - (report.FinalLossBits.Value / Math.Log2(104)), report.BitsExplained!.Value, 1e-12);
        Assert.Equal(("falling", "finished"), (report.Trend, report.LearningRatePhase));
        Assert.Contains(report.Findings, f => f is { Code: "unmasked_below_masked", Level: FindingLevel.Info });
        Assert.Equal("Normal. Masked loss 4.86 bits after 600 updates; chance is 6.70, label frequencies alone 6.43; 27.4 % of the bits are explained.", report.Summary);
    }

    [Fact]
    public void The_sentences_come_in_chinese_too()
    {
        var series = MetricsSeries.Read(BaselineLog);
        var (english, chinese) = (LossDoctor.Examine(series, Hundred), LossDoctor.Examine(series, Hundred, ReportLanguage.Chinese));
        Assert.Equal("正常。600 次更新后掩码损失为 4.86 比特;随机水平 6.70,只知标签频率为 6.43;已解释 27.4 % 的比特。", chinese.Summary);
        Assert.Equal(english.Findings.Select(f => f.Code), chinese.Findings.Select(f => f.Code));
        Assert.All(chinese.Findings, f => Assert.Contains(f.Meaning, c => c > 0x4e00));
    }

    [Fact]
    public void The_same_run_is_too_early_after_its_first_tenth()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log.jsonl", string.Join('\n', File.ReadAllLines(BaselineLog)[..6]));
        var report = LossDoctor.Examine(MetricsSeries.Read(path), Hundred with { MaxUpdate = 400_000 });
        Assert.Equal(LossVerdict.TooEarly, report.Verdict);
        Assert.StartsWith("Too early to tell after 60 updates.", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_are_inferred_from_the_first_loss_and_said_to_be()
    {
        var report = LossDoctor.Examine(MetricsSeries.Read(BaselineLog), new DoctorContext());
        Assert.Equal((100, "first loss"), (report.Clusters!.Value, report.ClassesFrom));
        Assert.Contains(report.Findings, f => f.Code == "classes_inferred");
    }

    [Fact]
    public void A_healthy_long_run_is_normal_with_noise_spikes_and_a_large_first_penalty()
    {
        var report = Examine(i => i == 700 ? 7 : 3.3 + (3.4 * Math.Exp(-i / 80.0)), windows: 1000);
        Assert.Equal(LossVerdict.Normal, report.Verdict);
        Assert.Contains(report.Findings, f => f is { Code: "spikes", Level: FindingLevel.Info });
        Assert.Contains(report.Findings, f => f is { Code: "reference", Level: FindingLevel.Info });
    }

    [Theory]
    [InlineData(50, LossVerdict.Broken)] // 10,000 updates at the level of the frequencies
    [InlineData(10, LossVerdict.Watch)] // 2,000
    [InlineData(3, LossVerdict.TooEarly)] // 600 of 400,000
    public void A_plateau_at_the_label_frequencies_is_judged_by_its_length(int windows, LossVerdict expected)
    {
        var report = Examine(_ => 6.43, windows);
        Assert.Equal(expected, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "at_chance");
    }

    [Fact]
    public void A_start_that_still_falls_towards_the_frequencies_does_not_alarm() =>
        Assert.Equal(LossVerdict.Normal, Examine(i => 6.75 - (0.03 * i), windows: 8).Verdict);

    [Fact]
    public void Broken_runs_are_called_broken_with_the_reason()
    {
        Assert.Equal("not_finite", Broken(i => i < 90 ? 5 : double.NaN));
        Assert.Equal("above_chance", Broken(_ => 9.5));
        Assert.Equal("diverged", Broken(i => i < 60 ? 6 - (0.03 * i) : 6.6));
        Assert.Equal("labels_trivial", Broken(i => Math.Max(0.01, 6 - i)));
        Assert.Equal("dead_gradient", Broken(_ => Math.Log2(104), gradient: _ => 0));
        Assert.Equal("accuracy_collapsed", Broken(i => 4.2 - (0.001 * i), accuracy: i => i < 50 ? 0.76 : 0.26));
    }

    [Fact]
    public void Gaps_and_growing_gradients_are_to_be_watched()
    {
        Assert.Contains(Examine(i => 6 - (0.02 * i), 100, valid: 4.9).Findings, f => f is { Code: "valid_gap", Level: FindingLevel.Watch });
        Assert.Contains(Examine(i => 6 - (0.02 * i), 100, valid: 6.9).Findings, f => f is { Code: "valid_at_chance", Level: FindingLevel.Watch });
        Assert.Equal(LossVerdict.Watch, Examine(i => 6 - (0.02 * i), 100, gradient: i => i < 80 ? 1 : 30).Verdict);
    }

    [Fact]
    public void Nats_are_told_by_the_perplexity()
    {
        var bits = Examine(i => 6.7 - (0.02 * i), 100);
        var nats = Examine(i => (6.7 - (0.02 * i)) * Math.Log(2), 100, perplexity: Math.Exp);
        Assert.Equal(("bits", "nats"), (bits.Unit, nats.Unit));
        Assert.Equal(bits.FinalLossBits!.Value, nats.FinalLossBits!.Value, 0.01); // the noise is as large in either unit
        Assert.Equal(bits.Verdict, nats.Verdict);
    }

    [Fact]
    public void Unknown_classes_leave_the_level_open()
    {
        var report = LossDoctor.Examine(Series(_ => 5.5, 100, null, null, null, null), new DoctorContext());
        Assert.Null(report.ChanceBits);
        Assert.Null(report.BitsExplained);
        Assert.Contains(report.Findings, f => f.Code == "classes_unknown");
    }

    private static string Broken(Func<int, double> loss, Func<int, double>? gradient = null, Func<int, double>? accuracy = null)
    {
        var report = Examine(loss, 100, gradient: gradient, accuracy: accuracy);
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.StartsWith("Broken: ", report.Summary, StringComparison.Ordinal);
        return report.Findings[0].Code;
    }

    private static LossReport Examine(
        Func<int, double> loss, int windows, double? valid = null, Func<int, double>? gradient = null, Func<int, double>? accuracy = null, Func<double, double>? perplexity = null) =>
        LossDoctor.Examine(Series(loss, windows, valid, gradient, accuracy, perplexity), Hundred with { MaxUpdate = 400_000 });

    // windows of 200 updates with a little noise, as fairseq's base configuration logs
    private static MetricsSeries Series(
        Func<int, double> loss, int windows, double? valid, Func<int, double>? gradient, Func<int, double>? accuracy, Func<double, double>? perplexity)
    {
        var random = new Random(5);
        var points = Enumerable.Range(0, windows).Select(i =>
        {
            var masked = loss(i) + (0.01 * (random.NextDouble() - 0.5));
            return new MetricPoint
            {
                Update = (i + 1) * 200,
                Loss = masked,
                LossMasked = masked,
                Perplexity = (perplexity ?? (l => Math.Pow(2, l)))(masked),
                GradientNorm = gradient?.Invoke(i) ?? 1 + random.NextDouble(),
                AccuracyMasked = accuracy?.Invoke(i) ?? 0.2,
                LearningRate = 5e-4 * Math.Min(1, (i + 1) / 160.0),
            };
        }).ToList();
        return new MetricsSeries
        {
            Train = points,
            Valid = valid is { } v ? [new MetricPoint { Update = windows * 200, LossMasked = v }] : [],
            Restarts = 0,
            BrokenLines = 0,
            LabelSets = 1,
        };
    }
}
