using System.Diagnostics;
using HubertSharp.Distributed;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Distributed;

/// <summary>What ranks know of each other without a call: reports, limits, signs of life. A whole job is that of LostRankTests.</summary>
public sealed class RankWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_report_comes_back_and_a_shorter_one_takes_its_place()
    {
        var report = new RankReport(3, "node7", 4711, 12, 40, 99, "computes gradients");
        report.Write(_folder.FullName);
        Assert.Equal(report, RankReport.TryRead(_folder.FullName, 3));
        (report with { Beat = 13, What = "sums" }).Write(_folder.FullName);
        Assert.Equal(report with { Beat = 13, What = "sums" }, RankReport.TryRead(_folder.FullName, 3));
        Assert.Null(RankReport.TryRead(_folder.FullName, 4));
        _folder.Write("rank_00005.txt", "node7\tx\t1");
        Assert.Null(RankReport.TryRead(_folder.FullName, 5));
    }

    [Fact]
    public void A_wait_is_as_long_as_the_keys_and_the_updates_allow()
    {
        var limits = WatchLimits.Of(new DistributedTrainingConfig());
        Assert.Equal(TimeSpan.FromSeconds(300), limits.Waiting(null));
        Assert.Equal(TimeSpan.FromSeconds(150), limits.Waiting(TimeSpan.FromSeconds(10)));
        var named = WatchLimits.Of(new DistributedTrainingConfig { HeartbeatTimeout = 7 });
        Assert.Equal(TimeSpan.FromSeconds(7), named.Waiting(TimeSpan.FromSeconds(10)));
        var steps = new StepTimes();
        Assert.Null(steps.Median());
        foreach (var seconds in (int[])[1, 100, 2, 3, 2])
            steps.Add(TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(2), steps.Median());
    }

    [Fact]
    public void A_process_that_has_gone_is_seen_and_one_that_was_done_is_not_missed()
    {
        using var process = Process.Start("sleep", "100");
        var own = RankPeer.Own(0);
        var other = own with { Rank = 1, Process = process.Id };
        var signs = new SignsOfLife(_folder.FullName, own, [own, other]);
        new RankReport(1, other.Host, other.Process, 1, 7, 3, "reads data").Write(_folder.FullName);
        Assert.Null(signs.Gone());
        process.Kill();
        process.WaitForExit();
        var gone = signs.Gone();
        Assert.Equal(other, gone?.Peer);
        Assert.Equal("reads data (update 7)", gone?.Report?.Place);
        Assert.True(signs.SpeaksOf(other));
        new RankReport(1, other.Host, other.Process, 2, 7, 3, RankReport.Done).Write(_folder.FullName);
        Assert.Null(signs.Gone());
    }

    [Fact]
    public void A_machine_that_was_heard_and_is_no_more_is_lost_though_its_report_goes_on()
    {
        using var here = new HostBeats();
        using var there = new HostBeats();
        string Local(HostBeats beats) => beats.Address.Split(' ')[0] + " 127.0.0.1";
        here.Send(job: 7, rank: 0, [Local(there)]);
        there.Send(job: 7, rank: 1, [Local(here)]);
        Patience.Until(() =>
        {
            there.Beat();
            here.Beat();
            return here.SilenceOf(1) is not null;
        }, "a packet");
        Assert.Null(here.SilenceOf(2));
        using var stranger = new HostBeats();
        stranger.Send(job: 8, rank: 2, [Local(here)]);
        stranger.Beat();

        var own = RankPeer.Own(0);
        var far = new RankPeer(1, "elsewhere", "", 4711);
        var signs = new SignsOfLife(_folder.FullName, own, [own, far], here);
        var beat = 0;
        (RankPeer Peer, RankReport? Report)? lost = null;
        Patience.Until(() =>
        {
            new RankReport(1, far.Host, far.Process, ++beat, 7, 3, "sums gradients").Write(_folder.FullName);
            return (lost = signs.Silent(TimeSpan.FromSeconds(1))) is not null;
        }, "silence");
        Assert.Equal((far, "sums gradients (update 7)"), (lost!.Value.Peer, lost.Value.Report?.Place));
        Assert.Null(here.SilenceOf(2)); // of another job
        Assert.Equal([3, 2], SignsOfLife.FollowersOf(0, 4));
    }

    public void Dispose() => _folder.Dispose();
}
