using HubertSharp.Dashboard.Board;
using HubertSharp.Dashboard.Runs;

namespace HubertSharp.Tests.Dashboard.Board;

public sealed class LatestFiguresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_last_line_of_each_kind_counts()
    {
        var figures = Read(
            SampleRuns.Line(10, 6) + SampleRuns.Valid(10, 6.5) + SampleRuns.Line(20, 5.5) + Epoch(20) + "Python wrote this\n");
        Assert.Equal((20L, 5.5, 6.5), (figures.Update, figures.Train!["loss_m_0"], figures.Valid!["loss_m_0"]));
    }

    [Fact]
    public void A_line_that_is_still_being_written_waits()
    {
        var text = SampleRuns.Line(10, 6) + SampleRuns.Line(20, 5.5).TrimEnd();
        var figures = Read(text);
        Assert.Equal((10L, 6.0), (figures.Update, figures.Train!["loss_m_0"]));
        Assert.Equal(text.Length, figures.LengthBytes);
    }

    [Fact]
    public void Of_a_long_log_the_end_is_read_and_no_half_line_of_it()
    {
        var noise = new string('x', 1000) + "\n";
        var figures = Read(SampleRuns.Line(10, 6) + string.Concat(Enumerable.Repeat(noise, 400)) + SampleRuns.Line(20, 5.5));
        Assert.Equal((20L, true), (figures.Update, figures.Valid is null));
        // the window begins within a line that would read as metrics from there on
        var cut = Read($"{{\"padding\":\"{new string('y', 300_000)}\"}} {SampleRuns.Line(30, 5)}{noise}");
        Assert.Null(cut.Update);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("no metrics\n")]
    public void A_log_without_figures_has_none(string text) => Assert.Null(Read(text).Update);

    [Fact]
    public void The_list_shows_what_the_log_says_and_nothing_that_it_does_not()
    {
        var run = RunEntry.At(_folder.FullName, _folder.FullName);
        var summary = RunSummary.Of(run, Read(SampleRuns.Line(10, 6) + SampleRuns.Valid(10, 6.5)), null);
        Assert.Equal((10L, 6.0, 6.5), (summary.Update, summary.Loss, summary.ValidLoss));
        Assert.Equal((0.5, 0.0), (summary.StepSeconds, summary.SkippedUpdates));
        Assert.True(summary is { HasLog: true, Verdict: null, MaxUpdate: null, PredictedAt: null });
        Assert.True(RunSummary.Of(run, null, null) is { HasLog: false, Update: null, Loss: null, ChanceBits: null });
    }

    [Fact]
    public void Of_a_tokenizer_it_shows_the_mel_error()
    {
        var run = Summary(Tokenizer);
        Assert.Equal((RunLoss.Mel, 1.4, 1.37), (run.LossKind, run.Loss, run.ValidLoss));
        Assert.Equal(new LatestTokenizerFigures(187.9, 0.02, 0.5, 0.9, 12.5, 2.1, 33, 0.25, []), run.Tokenizer! with { Perplexity = [] });
        Assert.Equal([210.5, 12], run.Tokenizer!.Perplexity);
    }

    [Fact]
    public void Of_a_fine_tuning_it_shows_the_loss_and_the_errors_of_transcripts()
    {
        var run = Summary(
            "{\"tag\":\"train_inner\",\"loss\":18,\"nll_loss\":0.9,\"ntokens\":80,\"nsentences\":4,\"num_updates\":10}\n"
            + "{\"tag\":\"valid\",\"valid_loss\":22,\"valid_nll_loss\":1.1,"
            + "\"valid_uer\":20.5,\"valid_wer\":61,\"valid_num_updates\":10}\n");
        Assert.Equal((RunLoss.Ctc, 0.9, 1.1), (run.LossKind, run.Loss, run.ValidLoss));
        Assert.Equal((20.5, 61.0), (run.SymbolErrors, run.WordErrors));
        Assert.Null(run.Tokenizer);
        Assert.Equal(RunLoss.Masked, Summary("{\"tag\":\"train_inner\",\"loss\":5,\"num_updates\":10}\n").LossKind);
        Assert.Equal(RunLoss.Masked, Summary(SampleRuns.Line(10, 6)).LossKind);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A log of a tokenizer's training.</summary>
    internal const string Tokenizer =
        "{\"tag\":\"train_inner\",\"loss\":187.9,\"mel\":64.4,\"mel_error\":1.4,\"recon\":0.03,\"commit\":0.02,\"distill\":0.5,"
        + "\"adversarial\":0.9,\"feature\":12.5,\"wpb\":100,\"dead_codes\":0.25,\"perplexity_q1\":210.5,\"dead_q1\":0,"
        + "\"perplexity_q2\":12,\"dead_q2\":0.25,\"gnorm\":50,\"loss_discriminators\":2.1,\"gnorm_discriminators\":33,\"num_updates\":10}\n"
        + "{\"tag\":\"valid\",\"valid_loss\":178.6,\"valid_mel_error\":1.37,\"valid_num_updates\":10}\n";

    private RunSummary Summary(string log) => RunSummary.Of(RunEntry.At(_folder.FullName, _folder.FullName), Read(log), null);

    private LatestFigures Read(string log) => LatestFigures.Read(_folder.Write("metrics.jsonl", log));

    private static string Epoch(int update) => $"{{\"tag\":\"train\",\"train_loss\":1,\"train_num_updates\":{update}}}\n";
}
