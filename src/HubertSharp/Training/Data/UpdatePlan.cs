using HubertSharp.Distributed;
using HubertSharp.Distributed.Sums;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Data;

/// <summary>
/// Which micro-batches an update consumes: a pure function of the update number, so that a resumed run meets the same data without
/// any saved iterator (fairseq: EpochBatchIterator + GroupedIterator; the last group of an epoch may be short).
/// </summary>
internal sealed class UpdatePlan
{
    private readonly EpochBatches _batches;
    private readonly IReadOnlyList<int> _updateFreq;
    private readonly long _runSeed;
    private readonly bool _skipRemainder;
    private readonly int _curriculum;
    private readonly Lock _orderLock = new();
    private int _orderedEpoch;
    private int[] _order = [];

    /// <param name="batches">The batches of every epoch, each a list of utterance indices.</param>
    /// <param name="updateFreq"><c>optimization.update_freq</c>: micro-batches per update, one value per epoch, the last one for the
    /// rest.</param>
    /// <param name="runSeed"><c>common.seed</c>.</param>
    /// <param name="skipRemainder"><c>optimization.skip_remainder_batch</c>: without the batch that comes last in an epoch's order, and
    /// without a last group that is short; an epoch keeps one update at least.</param>
    /// <param name="curriculum"><c>dataset.curriculum</c>: epochs at the start whose batches keep their order.</param>
    public UpdatePlan(IReadOnlyList<int[]> batches, IReadOnlyList<int> updateFreq, long runSeed, bool skipRemainder, int curriculum = 0)
        : this(new EpochBatches(batches), updateFreq, runSeed, skipRemainder, curriculum)
    {
    }

    /// <inheritdoc cref="UpdatePlan(IReadOnlyList{int[]}, IReadOnlyList{int}, long, bool, int)"/>
    public UpdatePlan(EpochBatches batches, IReadOnlyList<int> updateFreq, long runSeed, bool skipRemainder, int curriculum = 0)
    {
        _batches = batches;
        _updateFreq = updateFreq;
        _runSeed = runSeed;
        _skipRemainder = skipRemainder;
        _curriculum = curriculum;
    }

    /// <summary>Updates in epoch <paramref name="epoch"/> (from 1).</summary>
    public int UpdatesInEpoch(int epoch) => (BatchesIn(epoch) + Freq(epoch) - 1) / Freq(epoch);

    /// <summary>Epoch (from 1) of an update (from 1), and the update's place in it (from 0).</summary>
    public (int Epoch, int Position) Locate(long update)
    {
        var epoch = 1;
        var position = update - 1;
        while ((epoch < _updateFreq.Count || !_batches.AreFixed) && position >= UpdatesInEpoch(epoch))
            position -= UpdatesInEpoch(epoch++);
        var perEpoch = UpdatesInEpoch(epoch);
        return (epoch + (int)(position / perEpoch), (int)(position % perEpoch));
    }

    /// <summary>The last update: <c>max_update</c>, or the end of <c>max_epoch</c> where that comes first.</summary>
    /// <exception cref="Runs.UserException">Neither is set.</exception>
    public long LastUpdate(OptimizationConfig optimization)
    {
        var byUpdates = optimization.MaxUpdate > 0 ? optimization.MaxUpdate : long.MaxValue;
        var byEpochs = optimization.MaxEpoch > 0 ? 0 : long.MaxValue;
        for (var epoch = 1; epoch <= optimization.MaxEpoch && byEpochs < byUpdates; epoch++)
            byEpochs += UpdatesInEpoch(epoch);
        var last = Math.Min(byEpochs, byUpdates);
        return last == long.MaxValue ? throw TrainingFaults.NoEnd() : last;
    }

    public bool EndsEpoch(long update)
    {
        var (epoch, position) = Locate(update);
        return position == UpdatesInEpoch(epoch) - 1;
    }

    /// <summary>The batches of one update, in order. Safe to call from several threads.</summary>
    public int[][] MicroBatches(long update)
    {
        var (epoch, position) = Locate(update);
        var (order, batches) = (EpochOrder(epoch), _batches.Of(epoch));
        var first = position * Freq(epoch);
        return [.. Enumerable.Range(first, CountMicroBatches(update)).Select(i => batches[order[i]])];
    }

    /// <summary>How many batches an update has.</summary>
    public int CountMicroBatches(long update)
    {
        var (epoch, position) = Locate(update);
        return Math.Min(Freq(epoch), BatchesIn(epoch) - (position * Freq(epoch)));
    }

    /// <summary>
    /// This process's share of them (<see cref="MicroBatchTree"/>), each with its number in the update, so that the update consumes what
    /// one process would.
    /// </summary>
    public IEnumerable<(int Number, int[] Rows)> MicroBatches(long update, Replicas replicas)
    {
        var all = MicroBatches(update);
        return MicroBatchTree.Of(all.Length, replicas.Rank, replicas.Count).Select(number => (number, all[number]));
    }

    private int[] EpochOrder(int epoch)
    {
        lock (_orderLock)
        {
            if (_orderedEpoch != epoch)
            {
                var count = _batches.Count(epoch);
                _order = epoch > _curriculum ? BatchPlan.EpochOrder(count, _runSeed, epoch) : [.. Enumerable.Range(0, count)];
                _orderedEpoch = epoch;
            }
            return _order;
        }
    }

    private int BatchesIn(int epoch)
    {
        var count = _batches.Count(epoch);
        if (!_skipRemainder)
            return count;
        var (batches, freq) = (Math.Max(1, count - 1), Freq(epoch));
        return batches < freq ? batches : batches / freq * freq;
    }

    private int Freq(int epoch) => _updateFreq[Math.Min(epoch, _updateFreq.Count) - 1];
}
