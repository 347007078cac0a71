using HubertSharp.Runs;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Doctor;
using HubertSharp.Runs.Doctor.Facts;
using HubertSharp.Runs.Doctor.Logs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Doctor.Facts;

/// <summary>The doctor says no more than its evidence.</summary>
public class EvidenceTests
{
    private static readonly DoctorContext NothingKnown = new();

    [Fact]
    public void A_loss_that_is_the_same_in_every_line_is_no_training()
    {
        var run = new FakeRun { Windows = 500, Loss = _ => 4.2, Noise = 0, Penalty = _ => 0, Accuracy = _ => 0.4, Context = NothingKnown };
        var report = run.Examine();
        Assert.Equal(LossVerdict.Watch, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "constant_loss");
        Assert.Equal(LossVerdict.Normal, (run with { Noise = 0.02, Loss = i => 4.2 - (i * 0.002) }).Examine().Verdict);
    }

    // a fall that every line shows is no scatter, however steep it is and however few the lines
    [Theory]
    [InlineData("100,11.2 200,8.1 400,6.0 800,4.5 1600,4.0")]
    [InlineData("100,11.2 400,6.0 800,4.5 1600,4.0")]
    [InlineData("200,11.2 400,9.1 600,7.4 800,6.1 1000,5.2 1200,4.6 1400,4.2")]
    [InlineData("100,11.1 200,9.2 300,8.9 400,8.8 500,8.1 600,7.2 700,6.3 800,5.6 900,5.1")]
    [InlineData("0,11.9 250,9.1 500,8.6 1000,6.5 2000,5.0 4000,4.1 8000,3.6")]
    public void A_steep_fall_is_not_taken_for_noise(string rows)
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("t1.csv", $"step,loss\n{rows.Replace(' ', '\n')}\n");
        foreach (var clusters in new int?[] { null, 500 })
        {
            var report = LossDoctor.Examine(DoctorInput.Read(log, new DoctorOptions { Clusters = clusters }));
            Assert.Equal((LossVerdict.Normal, 500), (report.Verdict, report.Clusters));
            Assert.Contains(report.Findings, f => f.Code == "learning");
            Assert.DoesNotContain(report.Findings, f => f.Code == "at_chance");
            Assert.True(report.NoiseBits is null or < 1, $"noise {report.NoiseBits}");
        }
    }

    // the same levels, but up and down: here a last line below the frequencies may be luck
    [Theory]
    [InlineData("100,9.4 200,8.2 400,9.6 800,8.1 1600,9.2 2000,7.9")]
    [InlineData("100,9.9 200,7.9 400,9.8 800,8.0 1600,9.7 2000,7.8")]
    public void A_last_line_below_the_frequencies_may_still_be_noise(string rows)
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("t1.csv", $"step,loss\n{rows.Replace(' ', '\n')}\n");
        var report = LossDoctor.Examine(DoctorInput.Read(log, new DoctorOptions { Clusters = 500 }));
        Assert.NotEqual(LossVerdict.Normal, report.Verdict);
        Assert.Contains(report.Findings, f => f is { Code: "at_chance", Confidence: FindingConfidence.Possible });
    }

    [Theory]
    [InlineData(20_000L, 32_000L, true, "ended")] // the run is over
    [InlineData(30_000L, 32_000L, true, "ends")] // the plan says it
    [InlineData(400_000L, 32_000L, false, "")]
    public void There_is_nothing_to_wait_for_where_the_warm_up_outlasts_the_run(long maxUpdate, long warmup, bool tooLong, string word)
    {
        var run = new FakeRun
        {
            Loss = i => 6.6 - (0.02 * i),
            Context = NothingKnown with { Clusters = 100, ClustersFrom = "dict.km.txt", MaxUpdate = maxUpdate, WarmupUpdates = warmup },
        };
        var report = run.Examine();
        Assert.Equal("warmup", report.LearningRatePhase);
        Assert.Equal(tooLong ? LossVerdict.Watch : LossVerdict.Normal, report.Verdict);
        Assert.Equal([tooLong ? "warmup_too_long" : "warming_up"],
            report.Findings.Select(f => f.Code).Where(c => c is "warmup_too_long" or "warming_up"));
        if (tooLong)
        {
            var finding = report.Findings.First(f => f.Code == "warmup_too_long");
            Assert.StartsWith($"the run {word} at update {maxUpdate:#,0} while the learning rate is still rising (", finding.Seen,
                StringComparison.Ordinal);
            Assert.Contains($"to about {maxUpdate * 8 / 100:#,0}, 8% of the updates", finding.Next, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(100, null, null)]
    [InlineData(null, "0 1 1 2", null)] // the same labels, without their dictionary and numbered otherwise
    [InlineData(50, null, "the run itself says another number of clusters (expected 100, as labels.json has it, found 50); "
        + "leave --clusters out")]
    [InlineData(null, "0 1 2 3", "not the labels that the run was trained on (expected 100 clusters, 4 labels with an entropy of 1.500 "
        + "bits, as labels.json has it, found 4 clusters, 4 labels with an entropy of 2.000 bits); leave --labels out")]
    public void What_contradicts_the_runs_own_record_is_refused(int? clusters, string? labels, string? fault)
    {
        using var folder = new TemporaryFolder();
        var metrics = Path.Combine(Fixtures.RepositoryRoot(), "tests", "HubertSharp.Tests", "Doctor", "fairseq_iteration1.jsonl");
        folder.Write("metrics.jsonl", File.ReadAllText(metrics).Replace("{\"tag\": \"", "{\"tag\":\"", StringComparison.Ordinal));
        LabelSummary.Write(folder.At("labels.json"),
            [new() { Label = "km", Clusters = 100, LabelRate = 50, EntropyBits = 1.5, Histogram = [0, 2, 1, 1] }]);
        var options = new DoctorOptions
        {
            Clusters = clusters,
            LabelsPath = labels is null ? null : folder.Write("other.km", labels + "\n"),
        };
        if (fault is null)
            Assert.Equal(100, DoctorInput.Read(folder.At("."), options).Context.Clusters);
        else
            Assert.Contains(fault, Assert.Throws<UserException>(() => DoctorInput.Read(folder.At("."), options)).Message);
    }

    // 4.25 bits is below what 40 clusters or more can stand at, and just the frequencies of 16
    [Fact]
    public void A_low_loss_that_never_fell_may_be_the_chance_of_a_few_clusters()
    {
        var report = new FakeRun { Windows = 400, Loss = _ => 4.25, Accuracy = _ => 0.06, Context = NothingKnown }.Examine();
        Assert.Equal(LossVerdict.Watch, report.Verdict);
        Assert.Contains(report.Findings, f => f.Code == "not_falling");
        Assert.DoesNotContain(report.Findings, f => f.Code == "learning");
    }

    [Theory]
    [InlineData(1000, 730, 0, LossVerdict.Watch, "data_left_out")]
    [InlineData(1000, 0, 2000, LossVerdict.Normal, "data_cropped")]
    [InlineData(1000, 20, 100, LossVerdict.Normal, "")]
    public void Speech_that_is_never_heard_is_told(int utterances, int tooShort, int croppedSeconds, LossVerdict verdict, string code)
    {
        var data = new DataSummary
        {
            Split = "train",
            Manifest = new(utterances, 10_000),
            TooShort = new(tooShort, tooShort * 0.5),
            TooLong = new(0, 0),
            LastBatch = new(0, 0),
            CroppedSeconds = croppedSeconds,
            MinSampleSize = 32_000,
        };
        var run = new FakeRun { Windows = 400, Loss = i => 6.5 - (0.006 * i) };
        var report = (run with { Context = run.Context with { Data = data } }).Examine();
        Assert.Equal(verdict, report.Verdict);
        var found = report.Findings.Where(f => f.Code.StartsWith("data_", StringComparison.Ordinal)).ToList();
        Assert.Equal(code.Length > 0 ? [code] : [], found.Select(f => f.Code));
        if (code == "data_left_out")
        {
            Assert.Equal("730 of 1,000 utterances (73.0% of them, 3.7% of the audio) are never trained on: "
                + "730 shorter than task.min_sample_size=32000 (2 s)", found[0].Seen);
        }
    }

    /// <summary>Always the same part of a recording: what lies behind it is left out of training.</summary>
    [Theory]
    [InlineData(true, 1900, LossVerdict.Normal, "other epochs hear other parts",
        "cut long recordings into utterances, or raise task.max_sample_size")]
    [InlineData(false, 1900, LossVerdict.Watch, "never heard, because task.random_crop is false",
        "cut long recordings into utterances, or raise task.max_sample_size")]
    [InlineData(true, 0, LossVerdict.Normal, "other epochs hear other parts",
        "set task.pad_audio=true, which crops none to the shortest of its batch")]
    public void What_cropping_takes_is_told_with_what_would_keep_it(
        bool randomCrop, int aboveMax, LossVerdict verdict, string means, string next)
    {
        var data = new DataSummary
        {
            Split = "train",
            Manifest = new(1000, 10_000),
            TooShort = new(0, 0),
            TooLong = new(0, 0),
            LastBatch = new(0, 0),
            CroppedSeconds = 2000,
            AboveMaxSeconds = aboveMax,
            RandomCrop = randomCrop,
        };
        var run = new FakeRun { Windows = 400, Loss = i => 6.5 - (0.006 * i) };
        var report = (run with { Context = run.Context with { Data = data } }).Examine();
        var found = report.Findings.Single(f => f.Code == "data_cropped");
        Assert.Equal((verdict, next), (report.Verdict, found.Next));
        Assert.Contains(means, found.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learning_rate_that_restarts_is_neither_finished_nor_warming_up()
    {
        var run = new FakeRun
        {
            Windows = 400,
            Loss = i => 6.5 - (0.006 * i),
            Rate = i => 2.5e-4 * (1.0001 + Math.Cos(Math.PI * (i % 100) / 99)),
        };
        Assert.Equal("decay", run.Examine().LearningRatePhase);
        Assert.Equal("peak", (run with { Windows = 301 }).Examine().LearningRatePhase);
        run = run with { Windows = 100 };
        Assert.Equal("finished", run.Examine().LearningRatePhase);
        // the schedule of a run of ours is known, also before its rate has risen again
        Assert.Equal("decay", (run with { Context = run.Context with { RateRestarts = true } }).Examine().LearningRatePhase);
        Assert.True(new CosineConfig { WarmupUpdates = 2, LrPeriodUpdates = 5 }.Restarts(8));
        Assert.False(new CosineConfig { WarmupUpdates = 2, MaxUpdate = 8 }.Restarts(8));
    }

    [Fact]
    public void A_number_of_clusters_that_the_start_contradicts_is_doubted()
    {
        var run = new FakeRun
        {
            Windows = 400,
            Loss = i => 9.04 - (0.012 * i),
            Context = NothingKnown with { Clusters = 100, ClustersFrom = "--clusters" },
        };
        Assert.Contains(run.Examine().Findings, f => f.Code == "classes_doubtful" && f.Seen.Contains("500", StringComparison.Ordinal));
        Assert.DoesNotContain((run with { Context = NothingKnown with { Clusters = 500 } }).Examine().Findings,
            f => f.Code == "classes_doubtful");
    }

    [Fact]
    public void A_run_counts_once_in_the_band_and_at_equal_progress()
    {
        var context = NothingKnown with
        {
            Clusters = 100,
            References =
            [
                .. new[] { (1000L, 6.4), (2000L, 5.8),
                    (4000L, 5.2) }.Select(p => new ReferenceRun("mine", 1, 100, "here", p.Item1, null, p.Item2, null, null, "lab")),
            ],
        };
        var place = ReferencePlace.Of(context, 2000, 0.9)!;
        Assert.Equal((5.8 / Math.Log2(104), 5.8 / Math.Log2(104)), (place.Lowest, place.Highest));
        var between = ReferencePlace.Of(context, 2828, 0.9)!;
        Assert.Equal(5.5 / Math.Log2(104), between.Lowest, 3);
        Assert.Equal((between.Lowest, 2828L), (between.Highest, between.UpdateOf(2828)));
    }

    [Theory]
    [InlineData("1e30\t5.1\t0.2\t")]
    [InlineData("\t-5.1\t0.2\t")]
    [InlineData("\t5.1\t36.5\t")]
    public void Figures_that_cannot_be_are_refused(string figures)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("own.tsv",
            $"run\titeration\tclusters\tdata\tupdates\ttotal_updates\tloss_bits\taccuracy_masked\taccuracy_unmasked\tsource\n"
                + $"mine\t1\t100\there\t2800\t{figures}\tlab\n");
        Assert.Contains(":2", Assert.Throws<UserException>(() => ReferenceRun.Table(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"a\":1}]")]
    [InlineData("[{\"pnmi\":0.3}]")]
    [InlineData("[{\"pnmi\":0.3},null]")]
    [InlineData("{\"iterations\":[]}")]
    public void Measurements_that_are_none_are_refused(string json)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("probe.json", json);
        Assert.Throws<UserException>(() => Downstream.Read(path));
    }

    // ten lines of a language each: the noisy ones do not bear a difference of half a bit
    [Theory]
    [InlineData(0.02, true)]
    [InlineData(1.5, false)]
    public void A_difference_between_languages_must_stand_out_of_their_noise(double noise, bool isSaid)
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(1, 40).Select(i => FormattableString.Invariant(
            $$"""
            {"tag":"train_inner","loss_m_0":{{5 + (i % 2 * 0.01)}},"loss_m_0_zh":{{4.7 + (noise * ((i * 7 % 5) - 2))}},"loss_m_0_en":{{5.5
                + (noise * ((i * 3 % 5) - 2))}},"num_updates":{{i * 100}}}

            """)));
        var series = MetricsSeries.Read(folder.Write("metrics.jsonl", text));
        var finding = LossDoctor.Examine(series,
            (NothingKnown with { Clusters = 100 }).With(series)).Findings.Single(f => f.Code == "languages");
        Assert.Equal(isSaid, finding.Meaning.Contains("harder:", StringComparison.Ordinal));
    }
}
