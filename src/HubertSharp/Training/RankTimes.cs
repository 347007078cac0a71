using System.Diagnostics;
using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Tensors;
using HubertSharp.Training.Updates;

namespace HubertSharp.Training;

/// <summary>
/// What the time of each rank went to in the updates since the last line of the log. It is kept beside the ranks' reports; a rank that
/// all others wait for, line after line, is named with what it does longer than they.
/// </summary>
/// <param name="replicas">Who trains.</param>
/// <param name="notice">Told of it, in the first process.</param>
internal sealed class RankTimes(Replicas replicas, Action<string> notice)
{
    private const double Slower = 1.2, Noteworthy = 0.05;

    /// <summary>Lines in a row that it takes: a busy moment is no slow machine.</summary>
    private const int InARow = 3;

    private TimeSpan _reading, _forward, _backward, _waiting, _collecting, _wall;
    private (long Time, TimeSpan Waited, TimeSpan Collected) _begun;
    private RankTimesFile? _file;
    private int _last = -1, _row, _lines, _quietUntil;
    private int _updates;

    /// <summary>Keeps the times of all ranks from now on.</summary>
    public void KeepIn(RankTimesFile file) => _file = file;

    /// <summary>An update is done; what lies between it and the next one, such as validations, is nobody's.</summary>
    public void Ends()
    {
        _wall += Stopwatch.GetElapsedTime(_begun.Time);
        _waiting += replicas.Waited - _begun.Waited;
        _collecting += GC.GetTotalPauseDuration() - _begun.Collected;
        _updates++;
    }

    /// <summary>Waits for data, which loader threads read: here an update begins.</summary>
    public T Reading<T>(Func<T> read)
    {
        _begun = (Stopwatch.GetTimestamp(), replicas.Waited, GC.GetTotalPauseDuration());
        var result = read();
        _reading += Stopwatch.GetElapsedTime(_begun.Time);
        return result;
    }

    /// <summary>Forward and backward; what it waits for others is no part of it.</summary>
    public T Computing<T>(Func<T> compute)
    {
        var (start, waited, backward) = (Stopwatch.GetTimestamp(), replicas.Waited, BackwardPass.Taken);
        var result = compute();
        backward = BackwardPass.Taken - backward;
        _backward += backward;
        _forward += Stopwatch.GetElapsedTime(start) - (replicas.Waited - waited) - backward;
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
            .. ((TimeSpan[])[_reading, _forward, _backward, _waiting, _collecting, _wall])
                .Select(time => Math.Max(0, time.TotalSeconds / _updates)),
        ];
        var all = replicas.Gather(ByteParts.Of(writer => Array.ForEach(mine, writer.Write))).Select(bytes =>
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            return new RankShare(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
                reader.ReadDouble());
        }).ToArray();
        _lines++;
        var straggler = Straggler(all);
        Keep(new RankTimesLine(update, straggler, [.. Enumerable.Range(0, replicas.Count).Select(replicas.HostOf)], all));
        _row = straggler == _last ? _row + 1 : 1;
        _last = straggler ?? -1;
        // of ranks that are slow in turns a run of thousands of lines would speak on and on
        if (straggler is { } slow && _row >= InARow && _lines >= _quietUntil)
        {
            notice(Text(update, slow, replicas.HostOf(slow), all));
            _quietUntil = 2 * _lines;
        }
        (_reading, _forward, _backward, _waiting, _collecting, _wall, _updates) = (default, default, default, default, default, default, 0);
    }

    private void Keep(RankTimesLine line)
    {
        try
        {
            _file?.Append(line);
        }
        catch (UserException e)
        {
            _file = null; // a run needs it not
            notice($"warning: the ranks' times are kept no longer: {e.Message}");
        }
    }

    /// <summary>The rank that works longest, where that makes the others wait; null where none stands out.</summary>
    internal static int? Straggler(IReadOnlyList<RankShare> ranks)
    {
        var slowest = ranks.Index().MaxBy(one => one.Item.Works);
        var median = Median(ranks, one => one.Works);
        return slowest.Item.Works > Slower * median && slowest.Item.Works - median > Noteworthy * slowest.Item.Wall ? slowest.Index : null;
    }

    /// <summary>What is said of it.</summary>
    internal static string Text(long update, int rank, string host, IReadOnlyList<RankShare> ranks)
    {
        string Of(string what, Func<RankShare, double> part) => string.Create(CultureInfo.InvariantCulture,
            $"{what} {part(ranks[rank]):0.000} s (median {Median(ranks, part):0.000} s)");
        return string.Create(CultureInfo.InvariantCulture,
            $"rank {rank} on {host} is slower than the others up to update {update}: of the {ranks[rank].Wall:0.000} s of an update it ")
            + $"{Of("waits for data", one => one.Reading)}, {Of("computes forward", one => one.Forward)} and "
            + $"{Of("backward", one => one.Backward)}, {Of("waits for the others", one => one.Waiting)}; of all this it "
            + Of("stands still to collect garbage", one => one.Collecting);
    }

    // the lower of two in the middle: with two ranks, the faster one
    private static double Median(IReadOnlyList<RankShare> ranks, Func<RankShare, double> part) =>
        ranks.Select(part).Order().ElementAt((ranks.Count - 1) / 2);
}
