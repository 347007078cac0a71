using System.Globalization;
using System.Text;
using System.Text.Json;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Watch;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Tests.Doctor.Findings.Rules.Tokenizers;

/// <summary>Tokenizer runs that were broken on purpose are named with a remedy; a healthy one raises nothing.</summary>
public sealed class TokenizerRuleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_healthy_run_raises_nothing()
    {
        var report = Examine(new Curves());
        Assert.All(report.Findings, finding => Assert.Equal(FindingLevel.Info, finding.Level));
        Assert.Empty(Codes(report));
        var page = DoctorPage.Render(DoctorInput.Read(_folder.FullName), report, null, ReportLanguage.English, DateTime.UnixEpoch);
        Assert.Contains("mel error", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unit of the log", page, StringComparison.Ordinal); // mel errors have none
    }

    [Fact]
    public void Each_fault_is_named()
    {
        Assert.Equal(["discriminator_wins"], Codes(Examine(new Curves { Discriminators = 0.05, Adversarial = 4.9 })));
        Assert.Equal(LossVerdict.Broken, Examine(new Curves { Discriminators = 0.05, Adversarial = 4.9 }).Verdict);
        Assert.Equal(["discriminator_wins"], Codes(Examine(new Curves { Discriminators = 0.4, Adversarial = 4 })));
        // early on anything can tell noise from speech
        Assert.Empty(Codes(Examine(new Curves { Discriminators = 0.05, Adversarial = 4.9, Updates = 300 })));
        Assert.Equal(["dead_codes"], Codes(Examine(new Curves { Dead = 0.5 })));
        Assert.Equal(["distillation_axis"], Codes(Examine(new Curves(), "criterion.distill_type=t_axis")));
        Assert.Equal(["distillation_stuck"], Codes(Examine(new Curves { Distill = 0.69 })));
        Assert.Equal(["teacher_rate"], Codes(Examine(new Curves { TeacherRate = 100 }, "task.parity=released")));
        Assert.Empty(Codes(Examine(new Curves { TeacherRate = 100 }))); // every second frame is taken
    }

    /// <summary>
    /// A real run on 8 recordings: a generator of two filters and one quantiser of two codes, which hardly hears its discriminators,
    /// against five at a learning rate of 0.002 (tokenizer_small_cpu with the settings below, 0.8 s of audio per update).
    /// </summary>
    [Fact]
    public void Discriminators_that_won_a_real_run_are_named_while_it_trains_and_afterwards()
    {
        string[] settings =
        [
            "task.teacher=none", "task.segment_size=3200", "dataset.batch_size=4", "model.n_filters=2", "model.dimension=16", "model.n_q=1",
            "model.codebook_size=2", "model.stft_filters=0", "model.period_channels=4", "optimization.lr=[0.002]",
            "criterion.adversarial_loss_lambda=0.001", "criterion.feature_loss_lambda=0.001", "optimization.max_update=700",
        ];
        var lines = Recorded("won_discriminators.jsonl");
        foreach (var language in (ReportLanguage[])[ReportLanguage.English, ReportLanguage.Chinese])
        {
            var finding = Assert.Single(Examine(lines, settings, language).Findings, finding => finding.Level != FindingLevel.Info);
            Assert.Equal("discriminator_wins", finding.Code);
            Assert.Contains("model.period_channels", finding.Next, StringComparison.Ordinal);
        }
        var notices = new List<string>();
        using var watch = new TrainingWatch(_folder.FullName, new TrainingWatchOptions { Enabled = true }, notices.Add);
        foreach (var update in (int[])[200, 450, 500])
        {
            Assert.DoesNotContain(notices, IsOfDiscriminators);
            _folder.Write("metrics.jsonl", Until(lines, update));
            watch.Validated(update);
        }
        Assert.Contains("start again", Assert.Single(notices, IsOfDiscriminators), StringComparison.Ordinal);

        static bool IsOfDiscriminators(string notice) => notice.Contains("the discriminators win", StringComparison.Ordinal);
    }

    /// <summary>
    /// Every fortieth update of the same run with both weights at 1 and a learning rate of 0.0003: the whole loss rises from 125 to 150,
    /// because of what the discriminators learn, and not because anything is lost.
    /// </summary>
    [Fact]
    public void A_loss_that_grows_with_the_discriminators_is_no_divergence()
    {
        var report = Examine(Recorded("growing_discriminators.jsonl"),
            ["task.teacher=none", "model.codebook_size=2", "optimization.max_update=700"], ReportLanguage.English);
        Assert.Empty(Codes(report));
        Assert.Equal(LossVerdict.Normal, report.Verdict);
        Assert.Contains("The mel error went from 2.127 to 1.4", report.Summary, StringComparison.Ordinal);
        Assert.Contains("梅尔误差", Examine(Recorded("growing_discriminators.jsonl"), ["task.teacher=none"], ReportLanguage.Chinese).Summary,
            StringComparison.Ordinal);
    }

    /// <summary>Every hundredth update of a real run of 1,000 with two discriminators and without a teacher.</summary>
    [Fact]
    public void Discriminators_of_a_healthy_real_run_raise_nothing() => Assert.Empty(Codes(Examine(
        Recorded("healthy_discriminators.jsonl"), ["task.teacher=none", "optimization.max_update=1000"], ReportLanguage.English)));

    /// <summary>As a real run with a learning rate of a million logs it before the program gives it up.</summary>
    [Fact]
    public void A_training_that_has_to_leave_out_most_updates_is_broken()
    {
        Examine(new Curves()); // writes the configuration
        _folder.Write("metrics.jsonl", "{\"tag\":\"train_inner\",\"epoch\":1,\"update\":0.3,\"loss\":357.8,\"mel_error\":3.8,"
            + "\"gnorm\":1190,\"num_updates\":10,\"lr\":500000,\"skipped_updates\":8}\n{\"tag\":\"train_inner\",\"epoch\":1,\"update\":0.6,"
            + "\"num_updates\":20,\"lr\":1000000,\"skipped_updates\":18}\n");
        var report = LossDoctor.Examine(DoctorInput.Read(_folder.FullName));
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        Assert.Contains("updates_skipped", Codes(report));
    }

    [Fact]
    public void Every_finding_says_what_to_do_in_both_languages()
    {
        foreach (var language in (ReportLanguage[])[ReportLanguage.English, ReportLanguage.Chinese])
        {
            var report = Examine(new Curves { Discriminators = 0.05, Adversarial = 4.9, Dead = 0.95, TeacherRate = 100 },
                "task.parity=released",
                language);
            Assert.Equal(3, Codes(report).Length);
            Assert.All(report.Findings, finding => Assert.True(finding.NeedsAction || finding.Level == FindingLevel.Info));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Codes(LossReport report) =>
        [.. report.Findings.Where(finding => finding.Level != FindingLevel.Info).Select(finding => finding.Code)];

    private static string[] Recorded(string name) => File.ReadAllLines(Path.Combine(Fixtures.RepositoryRoot(), "tests",
        "HubertSharp.Tests", "Doctor", "Findings", "Rules", "Tokenizers", name));

    private static string Until(string[] lines, int update) => string.Concat(lines
        .Where(line => JsonDocument.Parse(line).RootElement.TryGetProperty("num_updates", out var at) && at.GetInt32() <= update)
        .Select(line => $"{line}\n"));

    private LossReport Examine(Curves curves, string? setting = null, ReportLanguage language = ReportLanguage.English) =>
        Examine([curves.Text()], setting is null ? [] : [setting], language);

    private LossReport Examine(string[] lines, string[] settings, ReportLanguage language)
    {
        var config = ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu",
            ["task.data=data", "task.teacher=mfcc", "checkpoint.save_dir=r", .. settings]);
        _folder.Write("config.yaml", config.ToYaml());
        _folder.Write("metrics.jsonl", string.Join('\n', lines));
        return LossDoctor.Examine(DoctorInput.Read(_folder.FullName), language);
    }

    /// <summary>A run with five discriminators.</summary>
    private sealed record Curves
    {
        public int Updates { get; init; } = 4000;

        public double Discriminators { get; init; } = 2.2;

        public double Adversarial { get; init; } = 1.6;

        public double Dead { get; init; } = 0.02;

        public double Distill { get; init; } = 0.45;

        public double TeacherRate { get; init; } = 50;

        public string Text()
        {
            var text = new StringBuilder();
            for (var update = 20; update <= Updates; update += 20)
            {
                var share = Math.Exp(-update / 800.0);
                text.Append(CultureInfo.InvariantCulture, $"{{\"tag\":\"train_inner\",\"epoch\":1,\"update\":0.5,\"loss_discriminators\":"
                    + $"{Discriminators + (share * (2.5 - Discriminators))},\"gnorm_discriminators\":1,\"loss\":{90 + (250 * share)},"
                    + $"\"mel_error\":{0.9 + (2 * share)},\"distill\":{Distill + (share * (0.69 - Distill))},\"adversarial\":"
                    + $"{Adversarial + (share * (1.3 - Adversarial))},\"gnorm\":{100 + (5 * (update % 40))},\"clip\":0,"
                    + $"\"dead_codes\":{Dead},"
                    + $"\"wpb\":400,\"num_updates\":{update},\"lr\":{0.0005 * Math.Min(1, update / 100.0)},\"train_wall\":10,"
                    + $"\"wall\":{update},"
                    + $"\"n_discriminators\":5,\"frame_rate\":50,\"teacher_rate\":{TeacherRate},\"skipped_updates\":0}}\n");
            }
            return text.ToString();
        }
    }
}
