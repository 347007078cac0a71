using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Distributed;

/// <summary>What <c>hubert hang</c> says of the calls that ranks left, and of files that are none.</summary>
public sealed class HangReportTests : IDisposable
{
    private static readonly DateTime s_noon = new(2026, 3, 4, 12, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();

    public HangReportTests() => Directory.CreateDirectory(_folder.At("ranks"));

    [Fact]
    public void The_rank_that_made_fewer_calls_is_behind_and_the_others_wait_for_it()
    {
        Leave(0, calls: 300, waits: true, seconds: 2);
        Leave(1, calls: 299, waits: false, seconds: 0);
        Leave(2, calls: 300, waits: true, seconds: 1);
        var lines = Lines();
        Assert.Equal(
            "3 ranks on node0 (1), node1 (1), node2 (1); the last call is number 300, a sum of 4,000 bytes (sums gradients, update 30)",
            lines[0]);
        Assert.StartsWith("rank 1 on node1 (process 101) is behind: its last call, number 299, a sum of 4,000 bytes (sums gradients, "
            + "update 29), ended at 12:00:29.900 UTC; since ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" it computes gradients (update 31)", lines[1], StringComparison.Ordinal);
        Assert.Equal("rank 0, 2 wait in call 300 since 12:00:31.000 UTC; rank 0 on node0 (process 100) came last, 1.000 s after rank 2 on "
            + "node2 (process 102) by their own clocks", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Where_all_are_in_one_call_it_is_the_network_and_where_none_is_nobody_hangs()
    {
        Leave(0, calls: 5, waits: true);
        Leave(1, calls: 5, waits: true);
        Assert.Contains("no report of rank 2", Lines(3)[1]);
        Assert.DoesNotContain("all of them are in that call", Lines(3)[^1]); // that one may be elsewhere
        Leave(2, calls: 5, waits: true);
        Assert.Contains("look at the network between the machines", Lines(3)[^1]);
        File.Delete(CallLog.PathOf(_folder.At("ranks"), 2));
        Leave(0, calls: 5, waits: false);
        Leave(1, calls: 5, waits: false);
        Assert.Contains("between two calls", Lines(2)[^1]);
    }

    /// <summary>Killed or stopped where all of them are in one call: those who ended the job had a last word.</summary>
    [Fact]
    public void A_rank_without_a_last_word_is_named()
    {
        Leave(0, calls: 5, waits: true, last: RankReport.Failed);
        Leave(1, calls: 5, waits: true);
        Leave(2, calls: 5, waits: true, last: RankReport.Failed);
        Assert.StartsWith("rank 1 left no last word when the others ended the job: ", Lines(3)[^1], StringComparison.Ordinal);
        Leave(1, calls: 5, waits: true, last: RankReport.Failed);
        Assert.Contains("look at the network between the machines", Lines(3)[^1]);
    }

    [Fact]
    public void A_rank_that_made_another_call_is_named_before_all_that_follows_from_it()
    {
        Leave(0, calls: 4, waits: true);
        Leave(1, calls: 4, waits: true);
        Leave(2, calls: 4, waits: true, lastKind: RankCall.Gather);
        Assert.StartsWith(
            "rank 2 on node2 (process 102) went another way: its call 4 is a gather of ", Lines()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Strange_files_are_refused_in_one_line()
    {
        Leave(0, calls: 1, waits: true);
        var whole = File.ReadAllBytes(CallLog.PathOf(_folder.At("ranks"), 0));
        foreach (var bytes in (byte[][])[[], [1, 2, 3], new byte[CallLog.Line * 3], whole[1..], [.. whole, .. new byte[1 << 17]]])
        {
            File.WriteAllBytes(_folder.At("x.calls"), bytes);
            var message = Fault(_folder.At("x.calls"));
            Assert.StartsWith(_folder.At("x.calls") + ": ", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
        Assert.StartsWith(_folder.At("nowhere") + ": ", Fault(_folder.At("nowhere")), StringComparison.Ordinal);
        Assert.Contains("found none", Fault(_folder.At("empty")));
        Leave(1, calls: 1, waits: true, job: 8);
        Assert.Contains("the report of another job", Fault(_folder.FullName));
        File.Copy(CallLog.PathOf(_folder.At("ranks"), 0), _folder.At("again.calls"));
        Assert.Contains("two reports of rank 0", Fault(CallLog.PathOf(_folder.At("ranks"), 0), _folder.At("again.calls")));
        // half a line is no call, and no fault
        File.WriteAllBytes(_folder.At("half.calls"), whole[..^100]);
        Assert.Empty(Assert.Single(HangReport.Read([_folder.At("half.calls")])).Calls);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Lines(int count = 3) => [.. HangReport.Lines(HangReport.Read(
        Enumerable.Range(0, count).Select(rank => CallLog.PathOf(_folder.At("ranks"), rank)).Where(File.Exists)))];

    private string Fault(params string[] paths)
    {
        Directory.CreateDirectory(_folder.At("empty"));
        return Assert.Throws<UserException>(() => HangReport.Read(paths)).Message;
    }

    // calls of a tenth of a second each; the last one begins so much later
    private void Leave(int rank, int calls, bool waits, double seconds = 0, long job = 7, string lastKind = RankCall.Sum,
        string last = "computes gradients")
    {
        var own = new RankPeer(rank, $"node{rank}", "", 100 + rank);
        using var log = new CallLog(_folder.At("ranks"), own, 3);
        log.Job(own, 3, job);
        for (var number = 1; number <= calls; number++)
        {
            var isLast = number == calls;
            var begun = s_noon.AddSeconds((0.1 * number) + (isLast ? seconds : 0));
            var call = new RankCall(number, isLast ? lastKind : RankCall.Sum, 4000, number / 10, begun, null, "sums gradients");
            log.Call(call);
            if (!isLast || !waits)
                log.Call(call with { Ended = begun });
        }
        log.Doing(last, 31);
    }
}
