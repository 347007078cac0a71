using System.Globalization;
using System.Text;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Doctor.Findings.Rules.Tokenizers;

/// <summary>
/// Quantisers that use a few codes on the validation are named although no code is dead in training; healthy runs, early ones and silent
/// recordings are not.
/// </summary>
public sealed class CodebookRuleTests : IDisposable
{
    private const string Code = "codes_collapsed";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_collapse_is_named_with_its_figures()
    {
        // a run with 4 filters and 64 codes: no code was dead
        var report = Examine([new(300, 0.1, 1.3), new(500, 0.2, 1.8), new(600, 0.25, 1.9)], 600, max: 600);
        var finding = Assert.Single(report.Findings, finding => finding.Code == Code);
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.Contains("quantiser 1 uses 64 of 256 codes on the validation after 600 updates (perplexity 1.9)", finding.Seen,
            StringComparison.Ordinal);
        Assert.Contains("model.n_filters", finding.Next, StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_run_is_not_named()
    {
        Assert.Empty(Named([new(500, 0.9, 60), new(1000, 1, 90), new(4000, 1, 120)]));
        // three quarters of the frames are one code of silence, and the others spread over 100
        Assert.Empty(Named([new(500, 0.7, 5.5), new(1000, 0.7, 5.5)]));
        // a few recordings alone: few codes occur, each about as often
        Assert.Empty(Named([new(500, 0.1, 20), new(1000, 0.1, 20)]));
    }

    [Fact]
    public void Early_validations_say_nothing()
    {
        Assert.Empty(Named([new(12, 0.004, 1)], updates: 40));
        Assert.Empty(Named([new(100, 0.004, 1), new(400, 0.01, 1.1)], updates: 400));
        Assert.Empty(Named([new(500, 0.01, 1.1)], updates: 600)); // one alone
        Assert.Empty(Named([new(500, 0.01, 1.1), new(1000, 0.05, 2.6)], updates: 1000)); // they spread
        // early, and still without hope: nothing to stop for
        Assert.Equal(LossVerdict.Watch, Examine([new(460, 0.05, 2), new(560, 0.05, 2)], 600).Verdict);
    }

    [Fact]
    public void What_is_worth_little_alone_is_to_be_watched()
    {
        // many codes occur: mostly silence, perhaps
        Assert.Equal(LossVerdict.Watch, Examine([new(500, 0.9, 2), new(1000, 0.9, 2)], 1000).Verdict);
        // the later quantisers alone
        var later = Examine([new(500, 0.9, 60) { Last = 1.5 }, new(1000, 0.9, 80) { Last = 1.5 }], 1000);
        Assert.Equal(LossVerdict.Watch, later.Verdict);
        Assert.Contains("model.n_q", Assert.Single(later.Findings, finding => finding.Code == Code).Next, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantiser_1_counts_more_with_a_teacher()
    {
        Point[] points = [new(500, 0.02, 1.5) { Last = 60 }, new(1000, 0.02, 1.5) { Last = 70 }];
        Assert.Equal(LossVerdict.Broken, Examine(points, 1000).Verdict);
        Assert.Equal(LossVerdict.Watch, Examine(points, 1000, teacher: "none").Verdict);
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<LossFinding> Named(Point[] points, int updates = 4000) =>
        Examine(points, updates).Findings.Where(finding => finding.Code == Code);

    private LossReport Examine(Point[] points, int updates, string teacher = "mfcc", int max = 20_000)
    {
        var config = ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu",
            ["task.data=data", $"task.teacher={teacher}", "checkpoint.save_dir=r", "model.n_q=2",
                $"optimization.max_update={max}"]);
        _folder.Write("config.yaml", config.ToYaml());
        var text = new StringBuilder();
        for (var update = 20; update <= updates; update += 20)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"tag\":\"train_inner\",\"loss\":{90 + (250 * Math.Exp(-update / 800.0))},"
                + $"\"gnorm\":{100 + (update % 40)},\"dead_codes\":0,\"distill\":0.5,\"perplexity_q1\":49,\"num_updates\":{update},"
                + $"\"lr\":0.0005}}\n");
            foreach (var point in points.Where(point => point.Update == update))
            {
                text.Append(CultureInfo.InvariantCulture, $"{{\"tag\":\"valid\",\"valid_loss\":180,\"valid_used_q1\":{point.Used},"
                    + $"\"valid_perplexity_q1\":{point.Perplexity},\"valid_used_q2\":{point.Used},"
                    + $"\"valid_perplexity_q2\":{point.Last ?? point.Perplexity},\"valid_num_updates\":{update}}}\n");
            }
        }
        _folder.Write("metrics.jsonl", text.ToString());
        var report = LossDoctor.Examine(DoctorInput.Read(_folder.FullName));
        Assert.All(LossDoctor.Examine(DoctorInput.Read(_folder.FullName), ReportLanguage.Chinese).Findings,
            finding => Assert.True(finding.NeedsAction || finding.Level == FindingLevel.Info));
        return report;
    }

    private sealed record Point(int Update, double Used, double Perplexity)
    {
        /// <summary>Of the last quantiser; null for the same.</summary>
        public double? Last { get; init; }
    }
}
