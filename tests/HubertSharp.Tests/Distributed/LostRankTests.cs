using System.Diagnostics;
using System.Globalization;
using HubertSharp.Cli;
using HubertSharp.Distributed;
using HubertSharp.Tests.Cli;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Distributed;

/// <summary>
/// A job of two processes loses one of them, again and again, and is started again each time: it ends with the rank's name, and comes
/// to what a job comes to that nobody disturbs. HUBERTSHARP_RANK_KILLS and HUBERTSHARP_RANK_STOPS set how often
/// (<c>bench/kill-ranks.sh</c>).
/// </summary>
[Trait("Part", "e2e")]
[Collection("alone")]
public class LostRankTests
{
    private const int Kill = 9, User1 = 10, Stop = 19;

    private static readonly string[] s_settings =
    [
        "common.num_threads=1", "common.bf16=false", "common.log_interval=1", "dataset.disable_validation=true",
        "checkpoint.save_interval_updates=3", "checkpoint.keep_interval_updates=2", "dataset.max_tokens=20000",
        "optimization.max_update=1000000", "lr_scheduler.total_num_update=1000", "distributed_training.death_timeout=5",
    ];

    [Fact]
    public void A_job_that_loses_a_rank_ends_with_its_name_and_goes_on_as_if_nothing_had_happened()
    {
        var seed = Number("HUBERTSHARP_KILL_SEED", Environment.TickCount);
        var random = new Random(seed);
        using var run = new TinyRun();
        int[] signals = [.. Enumerable.Repeat(Kill, Number("HUBERTSHARP_RANK_KILLS", 1)),
            .. Enumerable.Repeat(Stop, Number("HUBERTSHARP_RANK_STOPS", 1))];
        foreach (var signal in signals)
            Lose(run, signal, random, $"seed {seed}, signal {signal}");

        // what a batch system announces: a checkpoint and the exit code of an interruption
        using (var announced = RankJob.Start(run, 2, s_settings))
        {
            Wait(run, announced, rank: 0, random);
            announced.Signal(User1);
            RankJob.Ends(CommandHost.Interrupted, announced.WaitForEnd());
        }
        var reached = Directory.GetDirectories(Path.Combine(run.Folder, "checkpoints"), "update_*").Max(f => int.Parse(
            Path.GetFileName(f)["update_".Length..], CultureInfo.InvariantCulture));
        string[] settings = [.. s_settings, $"optimization.max_update={reached + 2}"];
        RankJob.Ends(0, RankJob.Run(run, 2, settings));
        using var whole = new TinyRun();
        RankJob.Ends(0, RankJob.Run(whole, 2, settings));
        Assert.True(whole.MetricsWithoutClock().SequenceEqual(run.MetricsWithoutClock()), $"seed {seed}: the metrics differ");
        Assert.Equal(RankJob.Weights(whole), RankJob.Weights(run));
    }

    private static void Lose(TinyRun run, int signal, Random random, string what)
    {
        using var job = RankJob.Start(run, 2, s_settings);
        var lost = Wait(run, job, random.Next(2), random);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, HubertProcess.Signal(lost.Process, signal));
        var end = job.WaitForEnd();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: rank {lost.Rank} at {lost.Place}, the job ended after {watch.Elapsed.TotalSeconds:0.0} s with {end.ExitCode}");
        Assert.True(end.ExitCode is not 0 and not CommandHost.Bug, $"{what}: {end.ExitCode}, {end.Error}");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        // its last calls outlive a rank
        Assert.StartsWith("2 ranks on ", HangReport.Lines(HangReport.Read([run.Folder])).First(), StringComparison.Ordinal);
        var name = $"rank {lost.Rank} on {lost.Host} (process {lost.Process}) ";
        Assert.Contains(name + (signal == Kill ? "has died; its last report: " : "gives no sign of life for 5 s, its process is stopped"),
            end.Error);
        Assert.Contains("the same command goes on from the newest checkpoint", end.Error);
    }

    // some updates further than the run was, and somewhere within one
    private static RankReport Wait(TinyRun run, HubertProcess job, int rank, Random random)
    {
        var before = RankJob.Report(run, rank);
        var report = RankJob.RankAt(run, job, rank, before?.Process ?? 0, 4 + (before?.Update ?? 0) + random.Next(3));
        Thread.Sleep(random.Next(50));
        return report;
    }

    private static int Number(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : otherwise;
}
