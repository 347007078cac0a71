using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HubertSharp.Distributed;

/// <summary>
/// A thread that keeps this rank's report, looks after the other ranks, and ends the process when one of them has died, gives no sign of
/// life, or lets this one wait beyond a limit: no call to the others would ever return. What it says names the rank and what it did.
/// </summary>
internal sealed class RankWatch : IDisposable
{
    /// <summary>
    /// The exit code of a job that lost a rank: the same command goes on from its newest checkpoint (sysexits' EX_TEMPFAIL).
    /// </summary>
    public const int LostRank = 75;

    /// <summary>How long the process waits for <see cref="BeforeExit"/>.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(150), s_beat = TimeSpan.FromSeconds(2);

    /// <summary>Others may have more to say; whoever started them ends this process, too.</summary>
    private static readonly TimeSpan s_silent = TimeSpan.FromSeconds(3);

    /// <summary>What clocks of machines may be apart.</summary>
    private static readonly TimeSpan s_clocks = TimeSpan.FromMinutes(1);

    /// <summary>A thread that slept so long was stopped with its process, and so may have been the others.</summary>
    private static readonly TimeSpan s_standstill = TimeSpan.FromSeconds(8);

    private readonly string _folder;
    private readonly int _count;
    private readonly WatchLimits _limits;
    private readonly Action<string> _speak;
    private readonly RankPeer _own;
    private readonly AutoResetEvent _changed = new(initialState: true);
    private readonly StepTimes _steps = new();
    private readonly DateTime _begun = DateTime.UtcNow - s_clocks;
    private readonly Thread _thread;
    private readonly CallLog _calls;
    private readonly HostBeats _network = new();
    private volatile Work _work = new("joins the others", 0, 0, 0);
    private volatile SignsOfLife? _others;
    private volatile bool _stopped;
    private long _stepBegan;
    private Work? _written;
    private long _beats, _beatAt, _awake;

    /// <param name="folder">Of the reports; it is there.</param>
    /// <param name="rank">This one.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="limits">How long one waits.</param>
    /// <param name="speak">Told the last words.</param>
    public RankWatch(string folder, int rank, int count, WatchLimits limits, Action<string> speak)
    {
        (_folder, _count, _limits, _speak) = (folder, count, limits, speak);
        _own = RankPeer.Own(rank);
        _calls = new CallLog(folder, _own, count);
        _calls.Doing(_work.What, 0);
        _thread = new Thread(Watch) { IsBackground = true, Name = "ranks" };
        _thread.Start();
    }

    private sealed record Work(string What, long Update, long Calls, long CallSince);

    /// <summary>How long calls to the others took so far; asked for by the thread that makes them.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Done before this thread ends the process, which does not wait long for it.</summary>
    public Action? BeforeExit { get; set; }

    /// <summary>Where packets to this rank go.</summary>
    public string Address => _network.Address;

    /// <summary>Takes the others in, once they have introduced themselves.</summary>
    /// <param name="peers">All of them.</param>
    /// <param name="addresses">Of each.</param>
    /// <param name="job">The same number in all of them, which no other job has.</param>
    public void Know(IReadOnlyList<RankPeer> peers, IReadOnlyList<string> addresses, long job)
    {
        _calls.Job(_own, _count, job);
        _network.Send(job, _own.Rank, SignsOfLife.FollowersOf(_own.Rank, _count).Where(rank => !peers[rank].IsSeenBy(_own))
            .Select(rank => addresses[rank]));
        _others = new SignsOfLife(_folder, _own, peers, _network);
    }

    /// <summary>What the rank does from now on.</summary>
    public void Doing(string what, long update)
    {
        var now = Stopwatch.GetTimestamp();
        if (update > _work.Update)
        {
            if (_work.Update > 0)
                _steps.Add(Stopwatch.GetElapsedTime(_stepBegan, now));
            _stepBegan = now;
        }
        _work = _work with { What = what, Update = update };
        _calls.Doing(what, update);
        _changed.Set();
    }

    /// <summary>A call to all others, which may wait for them.</summary>
    /// <param name="kind">What it does, of <see cref="RankCall"/>.</param>
    /// <param name="bytes">That this rank gives.</param>
    /// <param name="call">The call.</param>
    public void Call(string kind, long bytes, Action call)
    {
        var work = _work = _work with { Calls = _work.Calls + 1, CallSince = Stopwatch.GetTimestamp() };
        var kept = new RankCall(work.Calls, kind, bytes, work.Update, DateTime.UtcNow, Ended: null, work.What);
        _calls.Call(kept);
        try
        {
            call();
            _calls.Call(kept with { Ended = DateTime.UtcNow });
        }
        finally
        {
            Waited += Stopwatch.GetElapsedTime(work.CallSince);
            _work = _work with { CallSince = 0 };
        }
    }

    private void Watch()
    {
        var looked = Stopwatch.GetTimestamp();
        while (!_stopped)
        {
            _changed.WaitOne(s_look);
            if (_stopped)
                return;
            var stood = Stopwatch.GetElapsedTime(looked);
            looked = Stopwatch.GetTimestamp();
            var writes = Write();
            if (stood > s_standstill)
            {
                _others?.Forget();
                _awake = looked;
                continue;
            }
            LookAtOthers(writes);
            LookAtWaiting();
            Thread.Sleep(10); // a model of microseconds changes what it does more often than anybody wants to read
        }
    }

    private bool Write()
    {
        var (work, now) = (_work, Stopwatch.GetTimestamp());
        if (ReferenceEquals(work, _written) && Stopwatch.GetElapsedTime(_beatAt, now) < s_beat)
            return true;
        try
        {
            ReportOf(work).Write(_folder);
            (_written, _beatAt) = (work, now);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // whose own beat does not reach the disk cannot tell of the others that theirs stands still
        }
    }

    private RankReport ReportOf(Work work) => new(_own.Rank, _own.Host, _own.Process, ++_beats, work.Update, work.Calls, work.What);

    private void LookAtOthers(bool writes)
    {
        if (_others is not { } others)
            return;
        if (others.Gone() is { } gone)
            Say($"{gone.Peer} has died; {Last(gone.Report)}", gone.Peer, gone.Report, others, writes);
        else if (writes && others.Silent(_limits.Death) is { } silent)
            Say($"{silent.Peer} gives no sign of life for {_limits.Death.TotalSeconds:0} s{Silence(silent.Peer)}; "
                + Last(silent.Report), silent.Peer, silent.Report, others, writes);
    }

    private void LookAtWaiting()
    {
        var work = _work;
        if (work.CallSince == 0)
            return;
        var waited = Stopwatch.GetElapsedTime(Math.Max(work.CallSince, _awake));
        var limit = _limits.Waiting(_steps.Median());
        if (waited <= limit)
            return;
        RankReport?[] reports = [.. Enumerable.Range(0, _count).Select(rank => rank == _own.Rank ? ReportOf(work)
            : Mine(RankReport.TryRead(_folder, rank)))];
        var behind = reports.Index().Where(r => r.Item is null || (r.Item.Calls < work.Calls && r.Item.What != RankReport.Done)).ToList();
        if (behind.Any(r => r.Item is { IsAlone: true }) || (behind.Any(r => r.Item is { IsLong: true }) && waited <= _limits.Start))
            return;
        if (!ReferenceEquals(work, _work))
            return; // it came back while the reports were read
        var who = behind.Count == 0
            ? $"all {_count} ranks are in the same call and none comes back from it: the network between them may be gone"
            : string.Join("; ", behind.Take(4).Select(r => r.Item is { } report
                ? $"rank {r.Index} on {report.Host} (process {report.Process}) is behind{Stopped(PeerOf(report))}; {Last(report)}"
                : $"rank {r.Index} left no report in {_folder}: it has not begun, or its run folder is another one"));
        var talks = reports.Index().First(r => r.Item is not null && behind.All(b => b.Index != r.Index)).Index == _own.Rank;
        Quit($"rank {_own.Rank} on {_own.Host} waited {waited.TotalSeconds:0} s for the others, longer than the limit of "
            + $"{limit.TotalSeconds:0} s; {who}", talks);
    }

    // of this job, not of one before it
    private RankReport? Mine(RankReport? report)
    {
        if (report is null)
            return null;
        var isOurs = _others is { } others
            ? others.Peers[report.Rank].Process == report.Process
            : File.GetLastWriteTimeUtc(RankReport.PathOf(_folder, report.Rank)) >= _begun;
        return isOurs ? report : null;
    }

    private static RankPeer PeerOf(RankReport report) => RankPeer.Own(report.Rank) with { Host = report.Host, Process = report.Process };

    private string Stopped(RankPeer peer) => peer.IsSeenBy(_own) && peer.State() == 'T' ? ", its process is stopped" : "";

    private string Silence(RankPeer peer) => Stopped(peer) is { Length: > 0 } stopped ? stopped
        : peer.IsSeenBy(_own) && peer.State() is not null
            ? $", though its process is there: look whether it can write to {_folder}, and whether that is the same folder to it"
        : "";

    private static string Last(RankReport? report) => report is null ? "it left no report" : $"its last report: {report.Place}";

    // where a disk takes no reports, a fault that the lost one tells of may be missing in its own
    private void Say(string what, RankPeer lost, RankReport? report, SignsOfLife others, bool writes) =>
        Quit(what, others.SpeaksOf(lost) && report is not null && writes, isTold: report?.What == RankReport.Failed);

    // whoever is not the one to speak waits: the end of the one that does ends this process, too; else it may have seen less
    private void Quit(string what, bool talks, bool isTold = false)
    {
        if (_stopped)
            return;
        if (!talks || isTold)
            Thread.Sleep(s_silent);
        if (!isTold)
            _speak($"{what}; this job ends here, and the same command goes on from the newest checkpoint");
        Report(RankReport.Failed); // nobody else has to tell that this one has gone, too
        _calls.Doing(RankReport.Failed, _work.Update);
        if (BeforeExit is { } farewell)
        {
            var last = new Thread(() => farewell()) { IsBackground = true };
            last.Start();
            last.Join(s_farewell);
        }
        Exit(LostRank);
    }

    /// <summary>The last report, and no look after anybody any more.</summary>
    /// <param name="what">How it comes to its end.</param>
    public void End(string what)
    {
        _stopped = true;
        _changed.Set();
        _thread.Join();
        _calls.Doing(what, _work.Update);
        Report(what);
    }

    /// <summary>After its <see cref="End"/>.</summary>
    public void Dispose()
    {
        _changed.Dispose();
        _calls.Dispose();
        _network.Dispose();
    }

    private void Report(string what)
    {
        try
        {
            ReportOf(_work with { What = what }).Write(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a report that nobody asks for any more
        }
    }

    // exit handlers of native libraries would wait for the main thread, which waits for the others
    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void Exit(int exitCode);
}
