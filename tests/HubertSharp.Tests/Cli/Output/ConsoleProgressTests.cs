using HubertSharp.Cli.Output;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Cli.Output;

public class ConsoleProgressTests
{
    [Fact]
    public void A_terminal_gets_one_line_that_rewrites_itself()
    {
        var (clock, output) = (new SettableClock(), new StringWriter { NewLine = "\n" });
        using (var progress = ConsoleProgress.Start("MFCC", 200, "files", output, isTerminal: true, clock))
        {
            clock.Running += TimeSpan.FromSeconds(10);
            progress.Report(50);
            Assert.Equal("\rMFCC: 50 of 200 files (25%), 5.0 files/s, 30 s left", output.ToString());
            progress.Report(51); // too soon after the last one to be shown
            clock.Running += TimeSpan.FromSeconds(30);
            progress.Report(200);
        }
        Assert.EndsWith("\rMFCC: 200 files in 40 s, 5.0 files/s\n", output.ToString());
        Assert.DoesNotContain("51 of", output.ToString());
    }

    [Fact]
    public void Elsewhere_plain_lines_come_every_ten_seconds()
    {
        var (clock, output) = (new SettableClock(), new StringWriter { NewLine = "\n" });
        using (var progress = ConsoleProgress.Start("k-means", 0, "", output, isTerminal: false, clock))
        {
            for (var second = 1; second <= 25; second++)
            {
                clock.Running += TimeSpan.FromSeconds(1);
                progress.Report(new StageProgress(second * 2_000, 0, "frames"));
            }
        }
        Assert.Equal(
            """
            k-means: 20,000 frames, 2,000 frames/s
            k-means: 40,000 frames, 2,000 frames/s
            k-means: 50,000 frames in 25 s, 2,000 frames/s

            """.ReplaceLineEndings("\n"), output.ToString());
    }

    [Fact]
    public void A_stage_that_was_stopped_says_how_far_it_came()
    {
        var (clock, output) = (new SettableClock(), new StringWriter { NewLine = "\n" });
        using (var progress = ConsoleProgress.Start("pre-training", 600, "updates", output, isTerminal: false, clock))
        {
            clock.Running += TimeSpan.FromMinutes(2);
            progress.Report(60);
        }
        Assert.EndsWith("pre-training: 60 of 600 updates in 2 min 00 s, 0.5 updates/s\n", output.ToString());
    }

    [Theory]
    [InlineData(0.8, "0.8 s")]
    [InlineData(59, "59 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(18_120, "5 h 02 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void Durations_are_readable(double seconds, string expected) =>
        Assert.Equal(expected, ConsoleProgress.Duration(TimeSpan.FromSeconds(seconds)));
}
