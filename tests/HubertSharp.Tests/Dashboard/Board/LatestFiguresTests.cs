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
        const string train = "{\"tag\":\"train_inner\",\"loss\":187.9,\"mel_error\":1.4,\"num_updates\":10}\n";
        const string valid = "{\"tag\":\"valid\",\"valid_loss\":178.6,\"valid_mel_error\":1.37,\"valid_num_updates\":10}\n";
        var summary = RunSummary.Of(RunEntry.At(_folder.FullName, _folder.FullName), Read(train + valid), null);
        Assert.Equal((true, 1.4, 1.37), (summary.IsMelError, summary.Loss, summary.ValidLoss));
    }

    public void Dispose() => _folder.Dispose();

    private LatestFigures Read(string log) => LatestFigures.Read(_folder.Write("metrics.jsonl", log));

    private static string Epoch(int update) => $"{{\"tag\":\"train\",\"train_loss\":1,\"train_num_updates\":{update}}}\n";
}
