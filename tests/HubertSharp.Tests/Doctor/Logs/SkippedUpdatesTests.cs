using HubertSharp.Runs;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Tests.Doctor.Logs;

public class SkippedUpdatesTests
{
    private const string Suspect = "2026-01-02T03:04:05Z update 3 skipped: loss NaN (mel, recon), gradient norm NaN, learning rate 0.0005, "
        + "from a/b.wav; batch kept in run/bad_batches/update_000000003\n";

    private const string Gradient = "2026-01-02T03:04:06Z update 4 skipped: loss 12.5, gradient norm NaN, learning rate 0.0005, "
        + "somewhere in c.wav, d.wav and 3 more; its batch could not be kept: no space\n";

    private const string Discriminators = "2026-01-02T03:04:06Z update 3 skipped: loss of discriminators NaN, gradient norm NaN, "
        + "learning rate 0.0005, somewhere in a/b.wav\n";

    private const string Overflow =
        "2026-01-02T03:04:06Z update 7 skipped: gradients overflow in fp16, loss scale 64 from here\n";

    [Fact]
    public void The_log_tells_which_losses_and_which_recordings()
    {
        using var folder = new TemporaryFolder();
        folder.Write("log.txt", "2026-01-02T03:04:05Z starting\n" + Overflow + Suspect + Discriminators + Gradient);
        var skipped = SkippedUpdates.Of(folder.At())!;
        Assert.Equal((2, 3, 4), (skipped.Count, skipped.First, skipped.Last));
        Assert.Equal(["mel", "recon", "loss_discriminators"], skipped.Losses);
        Assert.Equal(("a/b.wav", true), (skipped.Recordings, skipped.AreToBlame));
    }

    [Fact]
    public void What_a_run_that_goes_on_repeats_counts_once()
    {
        using var folder = new TemporaryFolder();
        const string resumed = "2026-01-02T03:04:05Z going on from update 2 (run/checkpoints/update_000000002)\n";
        folder.Write("log.txt", Suspect + Gradient + resumed + Gradient);
        var skipped = SkippedUpdates.Of(folder.At())!;
        Assert.Equal((1, 4, 4), (skipped.Count, skipped.First, skipped.Last));
        Assert.Equal(("c.wav, d.wav and 3 more", false), (skipped.Recordings, skipped.AreToBlame));
        Assert.Empty(skipped.Losses);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Overflow)]
    [InlineData("update skipped: loss\n")]
    [InlineData("x update 99999999999999999999999 skipped: loss NaN, gradient norm NaN, learning rate 1, from a\n")]
    public void Other_logs_tell_of_none(string text)
    {
        using var folder = new TemporaryFolder();
        Assert.Null(SkippedUpdates.Of(folder.At()));
        folder.Write("log.txt", text);
        Assert.Null(SkippedUpdates.Of(folder.At()));
    }

    [Theory]
    [InlineData("")] // nothing was logged
    [InlineData("{\"tag\":\"train_inner\",\"epoch\":1,\"num_updates\":2,\"lr\":0.0005,\"skipped_updates\":2}\n")] // nothing to average
    public void A_run_without_a_loss_is_broken_and_says_why(string metrics)
    {
        using var folder = new TemporaryFolder();
        folder.Write("metrics.jsonl", metrics);
        Assert.Contains("no training metrics", Assert.Throws<UserException>(() => DoctorInput.Read(folder.At())).Message);
        folder.Write("log.txt", Gradient.Replace("update 4", "update 1") + Gradient.Replace("update 4", "update 2"));
        var run = Assert.Single(DoctorInput.ReadAll(folder.At()));
        var report = LossDoctor.Examine(run);
        Assert.Equal(LossVerdict.Broken, report.Verdict);
        var finding = Assert.Single(report.Findings);
        Assert.Equal("updates_skipped", finding.Code);
        Assert.Contains("all 2 from update 1 on", finding.Seen);
        Assert.Contains("gradients NaN", finding.Seen);
        Assert.Contains("optimization.lr", finding.Next);
        Assert.Contains("2 次全部", LossDoctor.Examine(run, ReportLanguage.Chinese).Summary);
        Assert.Equal(report.Summary, LossDoctor.Examine(DoctorInput.Read(folder.At())).Summary);
    }

    [Fact]
    public void Recordings_to_blame_are_named_beside_a_curve()
    {
        using var folder = new TemporaryFolder();
        string Line(int i) => $"{{\"tag\":\"train_inner\",\"num_updates\":{i},\"loss\":{8 - (0.1 * i)},"
            + $"\"loss_m_0\":{7 - (0.1 * i)},\"skipped_updates\":{(i < 3 ? 0 : 1)}}}\n";
        const string nothingLeft = "{\"tag\":\"train_inner\",\"epoch\":1,\"num_updates\":11,\"lr\":0.0005,\"skipped_updates\":2}\n";
        folder.Write("metrics.jsonl", string.Concat(Enumerable.Range(1, 10).Select(Line)) + nothingLeft);
        folder.Write("log.txt", Suspect);
        var report = LossDoctor.Examine(DoctorInput.Read(folder.At()));
        var finding = Assert.Single(report.Findings, f => f.Code == "updates_skipped");
        Assert.Contains("1 update was left out, the first at update 3,", finding.Seen);
        Assert.Contains("mel, recon", finding.Seen);
        Assert.Contains("a/b.wav", finding.Meaning);
        Assert.DoesNotContain(report.Findings, f => f.Code == "broken_lines");
        Assert.Contains("mel、recon 为", LossDoctor.Examine(DoctorInput.Read(folder.At()), ReportLanguage.Chinese)
            .Findings.Single(f => f.Code == "updates_skipped").Seen);
        folder.Write("metrics.jsonl", string.Concat(Enumerable.Range(1, 10).Select(Line)) + nothingLeft[..^9]);
        Assert.Contains(LossDoctor.Examine(DoctorInput.Read(folder.At())).Findings, f => f.Code == "broken_lines");
    }
}
