using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;

namespace HubertSharp.Tests.Doctor.Findings.Rules.Finetuning;

/// <summary>fairseq's own fine-tuning logs, made as its progress bar writes them: frozen, at its blanks, stuck, without words.</summary>
public sealed class FinetuningLogTests : IDisposable
{
    private const string Configuration = "[2024-01-01 10:00:00,000][fairseq_cli.train][INFO] - {'task': {'_name': 'hubert_pretraining', "
        + "'fine_tuning': True}, 'criterion': {'_name': 'ctc', 'zero_infinity': True}, 'optimization': {'max_update': 25000}, "
        + "'lr_scheduler': {'_name': 'tri_stage', 'warmup_steps': 8000}, 'model': {'_name': 'hubert_ctc', "
        + "'freeze_finetune_updates': 10000}}\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_frozen_encoder_is_explained()
    {
        var report = Examine(Enumerable.Range(1, 20), u => 2e-5 * u / 40, _ => 600, _ => (100, 100));
        Assert.Equal(TrainingObjective.Ctc, report.Objective);
        Assert.Contains(report.Findings, f => f.Code == "ctc_frozen" && f.Seen.Contains("10,000", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings, f => f.Level == FindingLevel.Broken);
    }

    [Fact]
    public void A_rate_that_is_too_low_is_named_when_the_warm_up_is_over()
    {
        var report = Examine(Enumerable.Range(1, 120), u => u < 40 ? 2e-7 * u / 40 : 1.9e-7, u => 500 - u, _ => (100, 100));
        Assert.Contains(report.Findings, f => f.Code == "ctc_rate_low");
        Assert.DoesNotContain(
            Examine(Enumerable.Range(1, 120), _ => 2e-5, u => 500 - (3 * u), u => (u < 60 ? 100 : 40, u < 60 ? 100 : 15)).Findings,
            f => f.Code is "ctc_rate_low" or "ctc_no_words");
    }

    [Fact]
    public void A_rate_far_below_any_that_was_published_is_named_at_once()
    {
        var report = Examine(Enumerable.Range(1, 2), u => 5e-9 * u, u => 500 - u, _ => (100, 100));
        Assert.DoesNotContain(report.Findings, f => f.Code == "ctc_rate_low"); // it is still warming up
        report = Examine(Enumerable.Range(1, 42), u => u < 40 ? 2e-8 * u / 40 : 1.9e-8, u => 500 - u, _ => (100, 100));
        Assert.Contains(report.Findings, f => f.Code == "ctc_rate_low");
    }

    [Fact]
    public void Random_symbols_are_told_from_blanks_and_an_end_from_a_beginning()
    {
        string Meaning(IEnumerable<int> lines, double words, Func<LossFinding, string> text) => text(Assert.Single(
            Examine(lines, _ => 2e-5, u => 500 - u, _ => (words, words)).Findings, f => f.Code == "ctc_early"));
        Assert.Contains("symbols at random", Meaning(Enumerable.Range(1, 52), 160, f => f.Meaning), StringComparison.Ordinal);
        Assert.Contains("blanks only", Meaning(Enumerable.Range(1, 52), 100, f => f.Meaning), StringComparison.Ordinal);
        Assert.Equal("wait", Meaning(Enumerable.Range(1, 52), 100, f => f.Next));
        var ended = Examine(Enumerable.Range(1, 52), _ => 2e-5, u => 500 - u, _ => (100, 100), maxUpdate: 10_400).Findings;
        Assert.Contains(ended, f => f is { Code: "ctc_early", Level: FindingLevel.Watch }
            && f.Next.Contains("optimization.max_update", StringComparison.Ordinal));
        Assert.Contains(Examine(Enumerable.Range(1, 20), _ => 2e-5, u => 500 - u, _ => (100, 100), maxUpdate: 5_000).Findings,
            f => f is { Code: "ctc_frozen", Level: FindingLevel.Watch }
                && f.Next.Contains("freeze_finetune_updates", StringComparison.Ordinal));
    }

    [Fact]
    public void Symbols_without_words_are_told_from_blanks()
    {
        var report = Examine(Enumerable.Range(1, 120), _ => 2e-5, u => 500 - (3 * u), u => (100, u < 60 ? 100 : 12));
        Assert.Contains("Error rate 100% of words, 12% of symbols, after 24,000 updates", report.Summary, StringComparison.Ordinal);
        Assert.Contains(report.Findings, f => f.Code == "ctc_no_words" && f.Next.Contains("uer", StringComparison.Ordinal));
    }

    private LossReport Examine(
        IEnumerable<int> lines, Func<int, double> rate, Func<int, double> loss, Func<int, (double Words, double Units)> errors,
        int maxUpdate = 25_000)
    {
        var text = Configuration.Replace("25000", $"{maxUpdate}", StringComparison.Ordinal) + string.Concat(lines.Select(i =>
        {
            var (words, units) = errors(i);
            var (updates, bits) = (200 * i, loss(i));
            const string Head = "[2024-01-01 10:00:00,000]";
            return FormattableString.Invariant($"{Head}[train_inner][INFO] - {{\"epoch\": {i}, \"update\": {i}.0, \"loss\": \"{bits}\", ")
                + FormattableString.Invariant($"\"ntokens\": \"900\", \"nsentences\": \"8\", \"nll_loss\": \"{bits / 100}\", ")
                + FormattableString.Invariant($"\"wpb\": \"900\", \"bsz\": \"8\", \"num_updates\": \"{updates}\", \"lr\": \"{rate(i)}\", ")
                + "\"gnorm\": \"10\", \"loss_scale\": \"8\", \"train_wall\": \"100\", \"wall\": \"100\"}\n"
                + FormattableString.Invariant($"{Head}[valid][INFO] - {{\"epoch\": {i}, \"valid_loss\": \"{bits}\", ")
                + FormattableString.Invariant(
                    $"\"valid_nll_loss\": \"{bits / 100}\", \"valid_uer\": \"{units}\", \"valid_wer\": \"{words}\", ")
                + FormattableString.Invariant($"\"valid_raw_wer\": \"{words}\", \"valid_num_updates\": \"{updates}\"}}\n");
        }));
        return LossDoctor.Examine(DoctorInput.Read(_folder.Write("hydra_train.log", text)));
    }
}
