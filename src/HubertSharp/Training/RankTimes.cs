using System.Diagnostics;
using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>
/// What the time of each rank went to since the last line of the log. A rank that all others wait for, line after line, is named with what
/// it does longer than they.
/// </summary>
/// <param name="replicas">Who trains.</param>
/// <param name="notice">Told of it, in the first process.</param>
internal sealed class RankTimes(Replicas replicas, Action<string> notice)
{
    private const double Slower = 1.2, Noteworthy = 0.05;

    /// <summary>Lines in a row that it takes: a busy moment is no slow machine.</summary>
    private const int InARow = 3;

    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private TimeSpan _reading, _computing;
    private (TimeSpan Waited, TimeSpan Collected) _before = (replicas.Waited, GC.GetTotalPauseDuration());
    private int _last = -1, _row;
    private int _updates;

    /// <summary>Waits for data, which loader threads read.</summary>
    public T Reading<T>(Func<T> read)
    {
        var start = Stopwatch.GetTimestamp();
        var result = read();
        _reading += Stopwatch.GetElapsedTime(start);
        _updates++;
        return result;
    }

    /// <summary>Forward and backward; what it waits for others is no part of it.</summary>
    public T Computing<T>(Func<T> compute)
    {
        var (start, waited) = (Stopwatch.GetTimestamp(), replicas.Waited);
        var result = compute();
        _computing += Stopwatch.GetElapsedTime(start) - (replicas.Waited - waited);
        return result;
    }

    /// <summary>Compares the ranks, after a line of the log.</summary>
    /// <param name="update">The last one that is done.</param>
    public void Compare(long update)
    {
        if (replicas.Count == 1)
            return;
        double[] mine =
        [
            .. ((TimeSpan[])[_reading, _computing, replicas.Waited - _before.Waited, GC.GetTotalPauseDuration() - _before.Collected,
                _wall.Elapsed]).Select(time => time.TotalSeconds / _updates),
        ];
        var all = replicas.Gather(ByteParts.Of(writer => Array.ForEach(mine, writer.Write))).Select(bytes =>
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            return new Share(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        }).ToArray();
        var straggler = Straggler(all) ?? -1;
        _row = straggler == _last ? _row + 1 : 1;
        _last = straggler;
        if (straggler >= 0 && _row == InARow)
            notice(Text(update, straggler, replicas.HostOf(straggler), all));
        (_reading, _computing, _updates) = (TimeSpan.Zero, TimeSpan.Zero, 0);
        _before = (replicas.Waited, GC.GetTotalPauseDuration());
        _wall.Restart();
    }

    /// <summary>The rank that works longest, where that makes the others wait; null where none stands out.</summary>
    internal static int? Straggler(IReadOnlyList<Share> ranks)
    {
        var slowest = ranks.Index().MaxBy(one => one.Item.Works);
        var median = Median(ranks, one => one.Works);
        return slowest.Item.Works > Slower * median && slowest.Item.Works - median > Noteworthy * slowest.Item.Wall ? slowest.Index : null;
    }

    /// <summary>What is said of it.</summary>
    internal static string Text(long update, int rank, string host, IReadOnlyList<Share> ranks)
    {
        string Of(string what, Func<Share, double> part) => string.Create(CultureInfo.InvariantCulture,
            $"{what} {part(ranks[rank]):0.000} s (median {Median(ranks, part):0.000} s)");
        return string.Create(CultureInfo.InvariantCulture,
            $"rank {rank} on {host} is slower than the others up to update {update}: of the {ranks[rank].Wall:0.000} s of an update it ")
            + $"{Of("waits for data", one => one.Reading)}, {Of("computes", one => one.Computing)}, "
            + $"{Of("stands still to collect garbage", one => one.Collecting)} and {Of("waits for the others", one => one.Waiting)}";
    }

    // the lower of two in the middle: with two ranks, the faster one
    private static double Median(IReadOnlyList<Share> ranks, Func<Share, double> part) =>
        ranks.Select(part).Order().ElementAt((ranks.Count - 1) / 2);

    /// <summary>Seconds of an update in one rank.</summary>
    /// <param name="Reading">It waited for data.</param>
    /// <param name="Computing">Forward and backward.</param>
    /// <param name="Waiting">In calls to the others, which also move the gradients.</param>
    /// <param name="Collecting">All its threads stood still for the collector; a part of the other times.</param>
    /// <param name="Wall">In all.</param>
    internal readonly record struct Share(double Reading, double Computing, double Waiting, double Collecting, double Wall)
    {
        public double Works => Reading + Computing;
    }
}
