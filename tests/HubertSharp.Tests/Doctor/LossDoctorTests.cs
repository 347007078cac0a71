using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Doctor;

public class LossDoctorTests
{
    private static readonly DoctorContext Hundred = new() { Clusters = 100, ClustersFrom = "dict.km.txt", LabelEntropyBits = 6.43 };

    private static string BaselineLog =>
        Path.Combine(Fixtures.RepositoryRoot(), "tests", "HubertSharp.Tests", "Doctor", "fairseq_iteration1.jsonl");

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
        Assert.Equal(
            "Normal. Masked loss 4.86 bits after 600 updates (chance 6.70, label frequencies alone 6.43): "
            + "27.4% of the information is explained.", report.Summary);
        Assert.All(report.Findings, f => Assert.NotEqual("", f.Reference));
    }

    [Fact]
    public void The_sentences_come_in_chinese_too()
    {
        var series = MetricsSeries.Read(BaselineLog);
        var (english, chinese) = (LossDoctor.Examine(series, Hundred), LossDoctor.Examine(series, Hundred, ReportLanguage.Chinese));
        Assert.Equal("正常。600 次更新后掩码损失为 4.86 比特（随机水平 6.70，仅凭标签频率可达 6.43），解释了 27.4% 的信息量。", chinese.Summary);
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

    [Theory]
    [InlineData("0,6.7\n400000,3.3\n", 100, false)]
    [InlineData("0,11.2\n400000,4.0\n", 500, true)]
    [InlineData("step,loss\n200,11.2\n400000,4.0\n", 500, true)]
    [InlineData("update;loss\n200;9.0\n400000;3.2\n", 100, true)]
    public void The_end_points_of_a_curve_are_enough_to_explain_it(string csv, int clusters, bool penalty)
    {
        using var folder = new TemporaryFolder();
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write("loss.csv", csv)));
        Assert.Equal((LossVerdict.Normal, clusters, "bits"), (report.Verdict, report.Clusters, report.Unit));
        Assert.Equal(penalty, report.Findings.Any(f => f.Code == "first_loss"));
        Assert.Contains(report.Findings, f => f.Code == "classes_inferred");
        Assert.Contains(report.Findings, f => f.Code == "reference" && f.Seen.Contains("LibriSpeech", StringComparison.Ordinal));
    }

    /// <summary>A line or two say little of a run, however late; of a low loss at the first update nothing.</summary>
    [Theory]
    [InlineData("update,loss\n1,2\n", "Too early to tell after 1 updates.")]
    [InlineData("update,loss\n200000,3.1\n", "Too little to tell: the log holds 1 line with a loss, at update 200,000.")]
    public void A_line_or_two_are_no_verdict(string csv, string summary)
    {
        using var folder = new TemporaryFolder();
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write("loss.csv", csv)));
        Assert.Equal(LossVerdict.TooEarly, report.Verdict);
        Assert.StartsWith(summary, report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_long_run_is_normal_with_noise_spikes_and_a_large_first_penalty()
    {
        var report = new FakeRun
        {
            Windows = 1000,
            Loss = i => i == 700 ? 7 : 3.3 + (3.4 * Math.Exp(-i / 80.0)),
            Accuracy = i => 0.36 * (1 - Math.Exp(-i / 80.0)),
        }.Examine();
        Assert.Equal(LossVerdict.Normal, report.Verdict);
        Assert.Contains(report.Findings, f => f is { Code: "spikes", Level: FindingLevel.Info });
        Assert.Contains(report.Findings, f => f is { Code: "reference", Level: FindingLevel.Info });
        Assert.Contains(report.Findings, f => f.Code == "first_loss");
    }

    [Theory]
    [InlineData(100, LossVerdict.Broken)] // 20,000 updates at the level of the frequencies
    [InlineData(50, LossVerdict.Broken)] // 10,000
    [InlineData(25, LossVerdict.Watch)] // 5,000
    [InlineData(5, LossVerdict.TooEarly)] // 1,000 of 400,000, in the warm-up
    public void A_plateau_at_the_label_frequencies_is_judged_by_how_much_it_could_have_learnt(int windows, LossVerdict expected)
    {
        var report = new FakeRun { Windows = windows, Loss = _ => 6.43, Accuracy = _ => 0.03 }.Examine();
        Assert.Equal(expected, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "at_chance");
    }

    [Fact]
    public void A_start_that_still_falls_towards_the_frequencies_does_not_alarm() =>
        Assert.Equal(LossVerdict.TooEarly,
            new FakeRun { Windows = 8, Loss = i => 6.75 - (0.03 * i), Accuracy = _ => 0.03 }.Examine().Verdict);

    [Fact]
    public void Broken_runs_are_called_broken_with_the_reason()
    {
        Assert.Equal("not_finite", Broken(new FakeRun { Loss = i => i < 90 ? 5 : double.NaN }));
        Assert.Equal("above_chance", Broken(new FakeRun { Loss = _ => 9.5, Accuracy = _ => 0.01 }));
        Assert.Equal("diverged", Broken(new FakeRun { Loss = i => i < 60 ? 6 - (0.03 * i) : 6.6, Accuracy = null }));
        Assert.Equal("labels_trivial", Broken(new FakeRun { Loss = i => Math.Max(0.01, 6 - i) }));
        Assert.Equal("dead_gradient",
            Broken(new FakeRun { Loss = _ => Math.Log2(104), Gradient = _ => 0, Accuracy = _ => 0.01, Noise = 0.001 }));
        Assert.Equal("accuracy_collapsed", Broken(new FakeRun { Loss = i => 4.2 - (0.001 * i), Accuracy = i => i < 50 ? 0.76 : 0.26 }));
        Assert.Equal("loss_scale", Broken(new FakeRun { Loss = i => 6 - (0.02 * i), Scale = i => 64 * Math.Pow(2, -i / 4) }));
        Assert.Equal("frozen_encoder",
            Broken(new FakeRun { Loss = i => 6.7 - (0.3 * (1 - Math.Exp(-i / 5.0))), Penalty = _ => 2.7, Accuracy = _ => 0.03 }));
        Assert.Equal("nothing_learns", Broken(new FakeRun { Loss = _ => 6.76, Penalty = _ => 2.7, Accuracy = _ => 0.01 }));
        Assert.Equal("learning_rate_high",
            Broken(new FakeRun { Loss = _ => 6.5, Rate = _ => 0.05, Accuracy = _ => 0.03 }, "learning_rate_high"));
        Assert.Equal("empty_dictionary", Broken(new FakeRun
        {
            UpdatesPerWindow = 10,
            Loss = i => 2.05 * Math.Exp(-i),
            Accuracy = _ => 1,
            Context = new DoctorContext(),
        }));
    }

    [Theory]
    [InlineData("label_rate", "label_rate")]
    [InlineData("one_cluster", "constant_label")]
    [InlineData("misaligned", "labels_misaligned")]
    public void What_the_label_check_said_is_named_with_certainty(string code, string expected)
    {
        var context = Hundred with
        {
            LabelFindings = [new LabelFinding(LabelSeverity.Error, code, "train.km: 50 labels a second", "set task.label_rate=50")],
        };
        var report = new FakeRun { Loss = _ => 6.43, Accuracy = _ => 0.03, Context = context }.Examine();
        Assert.Equal((LossVerdict.Broken, expected, FindingConfidence.Certain),
            (report.Verdict, report.Findings[0].Code, report.Findings[0].Confidence));
    }

    [Fact]
    public void Gaps_and_growing_gradients_are_to_be_watched()
    {
        var falling = new FakeRun { Loss = i => 6.4 - (0.02 * i) };
        Assert.Equal(FindingLevel.Watch, Level(falling with { Valid = _ => 5.1 }, "valid_gap"));
        Assert.Equal(FindingLevel.Watch, Level(falling with { Valid = i => 6.7 + (0.01 * i) }, "valid_at_chance"));
        Assert.Equal(FindingLevel.Info, Level(falling with { Valid = i => 6.4 - (0.02 * i) }, "valid_agrees"));
        Assert.Equal(FindingLevel.Watch, Level(falling with { Gradient = i => i < 80 ? 1 : 30 }, "gradient_grows"));
        Assert.Equal(FindingLevel.Info, Level(falling with { TrainWall = _ => 30 }, "data_starvation"));
        Assert.Null(Level(falling, "data_starvation"));
        Assert.Equal(FindingLevel.Info, Level(falling with { Scale = i => i < 3 ? 128 >> i : 16 }, "loss_scale_halved"));
    }

    [Fact]
    public void Few_noisy_windows_at_the_end_hide_no_learning()
    {
        // 40 windows of 5 updates, as our small runs have them: the last twentieth is two of them
        var run = new FakeRun
        {
            Windows = 40,
            UpdatesPerWindow = 5,
            Noise = 1.2,
            Loss = i => 6.6 - (0.03 * i),
            Rate = i => 5e-4 * Math.Min(1, (i + 1) / 4.0),
            Accuracy = null,
            Context = new DoctorContext { Clusters = 100, LabelEntropyBits = 6.43, MaxUpdate = 200 },
        };
        Assert.Equal(LossVerdict.Normal, run.Examine().Verdict);
        Assert.NotEqual(LossVerdict.Normal, (run with { Loss = _ => 6.43 }).Examine().Verdict);
    }

    [Fact]
    public void Nan_counts_in_means_of_epochs_and_in_validations()
    {
        static string Epoch(int i, string loss) =>
            $"2023-05-01 10:00:00 | INFO | train | epoch {i:000} | loss {loss} | loss_m_0 {loss} | num_updates {i * 1000} | "
            + $"lr 0.0005 | gnorm 1.0\n";
        static string Valid(int i, string loss) =>
            $"2023-05-01 10:00:00 | INFO | valid | epoch {i:000} | valid on 'valid' subset | loss {loss} | loss_m_0 {loss} | "
            + $"num_updates {i * 1000}\n";
        using var folder = new TemporaryFolder();
        LossReport Examine(Func<int, string> text) => LossDoctor.Examine(DoctorInput.Read(
            folder.Write("train.log", string.Concat(Enumerable.Range(1, 20).Select(text))), new DoctorOptions { Clusters = 100 }));
        static string Falling(int i) => $"{6.4 - (0.1 * i):0.0}";
        Assert.Equal((LossVerdict.Broken, "not_finite"), (Examine(i => Epoch(i, i < 12 ? Falling(i) : "nan")).Verdict,
            Examine(i => Epoch(i, i < 12 ? Falling(i) : "nan")).Findings[0].Code));
        Assert.Equal((LossVerdict.Watch, "valid_not_finite"), (Examine(i => Epoch(i, Falling(i)) + Valid(i, "nan")).Verdict,
            Examine(i => Epoch(i, Falling(i)) + Valid(i, "nan")).Findings[0].Code));
        Assert.Equal(LossVerdict.Normal, Examine(i => Epoch(i, Falling(i)) + Valid(i, i < 5 ? "nan" : Falling(i))).Verdict);
    }

    [Fact]
    public void A_hiccup_that_heals_is_no_alarm()
    {
        var report = new FakeRun
        {
            Windows = 1000,
            Loss = i => i is > 700 and < 705 ? double.NaN : i is >= 705 and < 712 ? 4.4 : 3.3 + (3.4 * Math.Exp(-i / 80.0)),
        }.Examine();
        Assert.Equal(LossVerdict.Normal, report.Verdict);
        Assert.Contains(report.Findings, f => f is { Code: "not_finite", Level: FindingLevel.Info });
    }

    [Fact]
    public void Another_hundred_thousand_updates_are_promised_with_an_error()
    {
        var report = new FakeRun { Windows = 1000, Loss = i => 6.7 - (0.5 * Math.Log(1 + i)) }.Examine();
        // from 200,000 to 300,000 updates: 0.5 · ln 1.5
        Assert.Contains(report.Findings,
            f => f.Code == "still_falling" && f.Meaning.Contains("another 100,000 updates give about 0.20 ±", StringComparison.Ordinal));
    }

    [Fact]
    public void Nats_are_told_by_the_perplexity()
    {
        var bits = new FakeRun { Loss = i => 6.7 - (0.02 * i) };
        using var folder = new TemporaryFolder();
        var nats = folder.Write("log",
            string.Concat(Enumerable.Range(1, 100)
                .Select(i => $"{{\"num_updates\": {i * 200}, \"loss\": {(6.7 - (0.02 * (i - 1))) * Math.Log(2)}, \"loss_m_0\": "
                    + $"{(6.7 - (0.02 * (i - 1))) * Math.Log(2)}, \"ppl\": {Math.Pow(2, 6.7 - (0.02 * (i - 1)))}}}\n")));
        var (first, second) = (bits.Examine(), LossDoctor.Examine(MetricsSeries.Read(nats), Hundred));
        Assert.Equal(("bits", "nats"), (first.Unit, second.Unit));
        Assert.Equal(first.FinalLossBits!.Value, second.FinalLossBits!.Value, 0.02);
        Assert.Equal(first.Verdict, second.Verdict);
    }

    [Fact]
    public void Unknown_classes_leave_the_level_open()
    {
        var run = new FakeRun { Windows = 40, Loss = _ => 5.5, Accuracy = null, Penalty = _ => 0, Context = new DoctorContext() };
        var report = run.Examine();
        Assert.Equal(LossVerdict.TooEarly, report.Verdict);
        Assert.StartsWith("Not enough evidence", report.Summary, StringComparison.Ordinal);
        Assert.Null(report.ChanceBits);
        Assert.Null(report.BitsExplained);
        Assert.Contains(report.Findings, f => f.Code == "classes_unknown");
        // the shape alone says something in the end
        report = (run with { Windows = 200 }).Examine();
        Assert.Equal((LossVerdict.Watch, "not_falling", FindingConfidence.Possible),
            (report.Verdict, report.Findings[0].Code, report.Findings[0].Confidence));
        Assert.DoesNotContain((run with { Windows = 200, Loss = i => 5.5 - (0.01 * i) }).Examine().Findings, f => f.Code == "not_falling");
    }

    [Fact]
    public void A_users_own_run_serves_as_a_reference()
    {
        using var folder = new TemporaryFolder();
        folder.Write("dict.km.txt", string.Concat(Enumerable.Range(0, 100).Select(i => $"{i} 1\n")));
        var log = folder.Write("mine.log", new FakeRun { Windows = 20, Loss = i => 6.5 - (0.02 * i) }.Text());
        var table = folder.Write("mine.tsv",
            "run\titeration\tclusters\tdata\tupdates\ttotal_updates\tloss_bits\taccuracy_masked\taccuracy_unmasked\tsource\n"
            + "ours\t1\t100\tzh\t4000\t\t6.000\t\t\tnotebook\n");
        Assert.StartsWith("loss / chance is 0.91; mine.log (own run, K=100)", Seen(log), StringComparison.Ordinal);
        Assert.Contains("ours (zh, K=100) had 0.90 at update 4,000 (notebook)", Seen(table), StringComparison.Ordinal);

        string Seen(string reference) =>
            LossDoctor.Examine(DoctorInput.Read(log,
                new DoctorOptions { References = [reference] })).Findings.Single(f => f.Code == "reference").Seen;
    }

    private static string Broken(FakeRun run, string? code = null)
    {
        var report = run.Examine();
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.StartsWith("Broken: ", report.Summary, StringComparison.Ordinal);
        return code is null ? report.Findings[0].Code : report.Findings.First(f => f.Code == code).Code;
    }

    private static FindingLevel? Level(FakeRun run, string code) => run.Examine().Findings.FirstOrDefault(f => f.Code == code)?.Level;
}
