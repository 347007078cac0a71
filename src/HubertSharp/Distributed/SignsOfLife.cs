using System.Diagnostics;

namespace HubertSharp.Distributed;

/// <summary>
/// What one rank sees of the others: those of its own machine by their processes, and the next two by the beat of their reports and the
/// packets of their machines, so that a job of many does not read all reports everywhere.
/// </summary>
internal sealed class SignsOfLife
{
    private const int Followed = 2;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    private readonly string _folder;
    private readonly RankPeer _own;
    private readonly HostBeats? _network;
    private readonly Dictionary<int, (long Beat, long Since)> _beats = [];
    private long _looked = Stopwatch.GetTimestamp();

    /// <param name="folder">Of the reports.</param>
    /// <param name="own">This rank.</param>
    /// <param name="peers">All of them.</param>
    /// <param name="network">What comes from other machines; null for the reports alone.</param>
    public SignsOfLife(string folder, RankPeer own, IReadOnlyList<RankPeer> peers, HostBeats? network = null) =>
        (_folder, _own, Peers, _network) = (folder, own, peers, network);

    /// <summary>The ranks that follow a rank.</summary>
    public static IEnumerable<int> FollowersOf(int rank, int count) =>
        Enumerable.Range(1, Math.Min(Followed, count - 1)).Select(i => (rank - i + count) % count);

    public IReadOnlyList<RankPeer> Peers { get; }

    /// <summary>A rank of this machine whose process has gone, and what it wrote last.</summary>
    public (RankPeer Peer, RankReport? Report)? Gone()
    {
        foreach (var peer in Peers)
        {
            if (peer.Rank == _own.Rank || !peer.IsSeenBy(_own) || peer.State() is not null)
                continue;
            var report = ReportOf(peer);
            if (report?.What != RankReport.Done)
                return (peer, report);
        }
        return null;
    }

    /// <summary>One of the next ranks whose beat stands still for longer than the limit.</summary>
    public (RankPeer Peer, RankReport? Report)? Silent(TimeSpan limit)
    {
        if (Stopwatch.GetElapsedTime(_looked) < s_look)
            return null;
        _looked = Stopwatch.GetTimestamp();
        _network?.Beat();
        for (var i = 1; i <= Math.Min(Followed, Peers.Count - 1); i++)
        {
            var peer = Peers[(_own.Rank + i) % Peers.Count];
            var report = ReportOf(peer);
            // who was heard and is no more has lost its network, though its disk may still be seen; who is heard lives, though its is not
            if (!peer.IsSeenBy(_own) && report?.What != RankReport.Done && _network?.SilenceOf(peer.Rank) is { } silence)
            {
                if (silence > limit)
                    return (peer, report);
                continue;
            }
            var (beat, since) = _beats.GetValueOrDefault(peer.Rank, (-2, _looked));
            if (report?.What == RankReport.Done || (report?.Beat ?? -1) != beat)
                _beats[peer.Rank] = (report?.Beat ?? -1, _looked);
            else if (Stopwatch.GetElapsedTime(since, _looked) > limit)
                return (peer, report);
        }
        return null;
    }

    /// <summary>Begins anew: this process itself stood still.</summary>
    public void Forget()
    {
        _beats.Clear();
        _network?.Forget();
    }

    /// <summary>Of those who see that a rank is lost, one says so: the first of its machine, else the one before it.</summary>
    public bool SpeaksOf(RankPeer lost) => lost.IsSeenBy(_own)
        ? Peers.First(p => p.Rank != lost.Rank && p.IsSeenBy(_own)).Rank == _own.Rank
        : (_own.Rank + 1) % Peers.Count == lost.Rank;

    private RankReport? ReportOf(RankPeer peer) =>
        RankReport.TryRead(_folder, peer.Rank) is { } report && report.Process == peer.Process ? report : null;
}
