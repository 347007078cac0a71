namespace HubertSharp.Training.Data;

/// <summary>
/// The batches of each epoch: the same in all of them as fairseq has it, or planned anew for each. Safe for several threads.
/// </summary>
internal sealed class EpochBatches
{
    private readonly Func<int, IReadOnlyList<int[]>>? _plan; // null: always _batches
    private readonly Lock _lock = new();
    private readonly List<int> _counts = []; // of the epochs that were planned, from 1
    private IReadOnlyList<int[]> _batches;
    private int _epoch = 1;

    /// <summary>The same batches in every epoch.</summary>
    public EpochBatches(IReadOnlyList<int[]> batches) => _batches = batches;

    /// <summary>Batches that are a function of the epoch, from 1.</summary>
    public EpochBatches(Func<int, IReadOnlyList<int[]>> plan)
    {
        _plan = plan;
        _batches = plan(1);
        _counts.Add(_batches.Count);
    }

    /// <summary>Whether all epochs have the same.</summary>
    public bool AreFixed => _plan is null;

    /// <summary>The batches of an epoch, before their order is drawn.</summary>
    public IReadOnlyList<int[]> Of(int epoch)
    {
        if (_plan is null)
            return _batches;
        lock (_lock)
        {
            if (_epoch != epoch)
                (_batches, _epoch) = (_plan(epoch), epoch);
            return _batches;
        }
    }

    /// <summary>How many an epoch has. Those of earlier epochs are counted once and remembered.</summary>
    public int Count(int epoch)
    {
        if (_plan is null)
            return _batches.Count;
        lock (_lock)
        {
            while (_counts.Count < epoch)
                _counts.Add(_plan(_counts.Count + 1).Count);
            return _counts[epoch - 1];
        }
    }
}
