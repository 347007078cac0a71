using System.Text;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Tests.Doctor.Findings.Rules;

/// <summary>Runs that went wrong, in every toolkit's form: each must be named.</summary>
public class BrokenRunTests
{
    private static readonly string[] Toolkits = ["fairseq", "espnet", "icefall", "lightning", "csv"];

    public static TheoryData<string, string> Cases() =>
    [
        .. from failure in new[] { "at_chance", "above_chance", "diverged", "not_finite", "labels_trivial", "rising" }
           from toolkit in Toolkits
           select (failure, toolkit),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_failure_is_named_in_every_toolkits_log(string failure, string toolkit)
    {
        var random = new Random(3);
        var text = new StringBuilder(ToolkitLines.Header(toolkit));
        var chance = Math.Log2(toolkit is "espnet" or "lightning" ? 500 : 504);
        for (var i = 1; i <= 300; i++)
        {
            var healthy = chance - 0.1 - (0.5 * Math.Log(1 + (i / 4.0)));
            var loss = failure switch
            {
                "at_chance" => chance - 0.12,
                "above_chance" => i < 5 ? chance : chance + 1.5,
                "diverged" => i < 200 ? healthy : healthy + Math.Min(2.5, 0.1 * (i - 200)),
                "not_finite" => i < 250 ? healthy : double.NaN,
                "rising" => i < 200 ? healthy : healthy + (0.25 * (i - 200) / 100.0) + (0.5 * Math.Log((1 + (i / 4.0)) / 51)),
                _ => Math.Max(0.02, chance - (0.5 * i)),
            };
            var accuracy = failure == "labels_trivial" ? Math.Min(0.99, i / 20.0) : failure is "at_chance" or "above_chance" ? 0.008 : 0.3;
            text.Append(ToolkitLines.Line(toolkit, 200, i * 200L, loss + (0.02 * (random.NextDouble() - 0.5)), loss, i == 1 ? 0.3 : 0,
                accuracy, 4e-4, 1));
        }
        using var folder = new TemporaryFolder();
        var report = LossDoctor.Examine(DoctorInput.Read(folder.Write(toolkit is "csv" or "lightning" ? "run.csv" : "run.log",
            text.ToString()), new DoctorOptions { Clusters = 500, Unit = toolkit == "csv" ? "bits" : null }));
        Assert.Equal(failure == "rising" ? LossVerdict.Watch : LossVerdict.Broken, report.Verdict);
        Assert.Equal(failure, report.Findings[0].Code);
        Assert.All(report.Findings, f => Assert.True(f.NeedsAction || f.Level == FindingLevel.Info));
    }

    [Fact]
    public void Dead_and_collapsed_contrastive_runs_are_named_and_a_healthy_one_is_not()
    {
        Assert.Equal((LossVerdict.Broken, "dead_gradient"), Contrastive(_ => (6.658, 0.0099, 2, 0)));
        Assert.Equal((LossVerdict.Broken, "codebook_collapse"),
            Contrastive(i => (Math.Max(0.01, 6 * Math.Exp(-i / 3.0)), 1 - Math.Exp(-i / 2.0), i < 5 ? 40 : 1.5, 0.2)));
        Assert.Equal(LossVerdict.Normal,
            Contrastive(i => (6.1 - (1.5 * (1 - Math.Exp(-i / 4.0))) - (0.01 * i), 0.45, i < 3 ? 190 : 15 + i, 1.4)).Verdict);
    }

    [Fact]
    public void Fine_tuning_is_judged_by_its_errors()
    {
        Assert.Equal((LossVerdict.TooEarly, "ctc_early"), Ctc(5, i => (900 - (5 * i), 100)));
        Assert.Equal((LossVerdict.Broken, "ctc_stuck"), Ctc(80, _ => (500, 100)));
        Assert.Equal((LossVerdict.Normal, "ctc_learning"),
            Ctc(80, i => (900 * Math.Exp(-i / 20.0), i < 8 ? 100 : 100 * Math.Exp(-(i - 8) / 15.0))));
    }

    private static (LossVerdict Verdict, string Code) Contrastive(
        Func<int, (double Loss, double Accuracy, double Perplexity, double Gradient)> at) =>
        First(string.Concat(Enumerable.Range(1, 60).Select(i =>
        {
            var (loss, accuracy, perplexity, gradient) = at(i);
            return $"[2021-07-06 06:58:09,462][train_inner][INFO] - {{\"epoch\": 1, \"loss\": \"{loss + 0.1:0.000}\", \"prob_perplexity\": "
                + $"\"{perplexity:0.00}\", \"code_perplexity\": \"{perplexity:0.00}\", \"temp\": \"1.9\", \"loss_0\": \"{loss:0.000}\", "
                + $"\"loss_1\": \"0.1\", \"accuracy\": \"{accuracy:0.0000}\", \"ups\": \"3\", \"num_updates\": \"{i * 200}\", \"lr\": "
                + $"\"6e-05\", \"gnorm\": \"{gradient:0.000}\"}}\n";
        })), f => f.Level == FindingLevel.Broken);

    private static (LossVerdict Verdict, string Code) Ctc(int validations, Func<int, (double Loss, double WordErrors)> at) =>
        First(string.Concat(Enumerable.Range(1, validations).Select(i =>
        {
            var (loss, errors) = at(i);
            return $"2021-01-05 22:12:57 | INFO | train_inner | {{\"epoch\": 30, \"loss\": \"{loss:0.000}\", \"nll_loss\": "
                + $"\"{loss / 100:0.000}\", \"ups\": \"0.3\", \"num_updates\": \"{i * 200}\", \"lr\": \"5e-05\", \"gnorm\": \"170\"}}\n"
                + $"2021-01-05 22:12:58 | INFO | valid | {{\"epoch\": 30, \"valid_loss\": \"{loss:0.000}\", \"valid_nll_loss\": "
                + $"\"{loss / 100:0.000}\", \"valid_uer\": \"{errors / 2:0.00}\", \"valid_wer\": \"{errors:0.00}\", \"valid_num_updates\": "
                + $"\"{i * 200}\"}}\n";
        })), f => f.Code.StartsWith("ctc_", StringComparison.Ordinal));

    private static (LossVerdict Verdict, string Code) First(string log, Func<LossFinding, bool> which)
    {
        using var folder = new TemporaryFolder();
        var report = LossDoctor.Examine(MetricsSeries.Read(folder.Write("hydra_train.log", log)), new DoctorContext());
        return (report.Verdict, report.Findings.FirstOrDefault(which)?.Code ?? "");
    }
}
