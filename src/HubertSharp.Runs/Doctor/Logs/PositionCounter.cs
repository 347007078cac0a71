namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Turns (epoch, batch) into updates since the start for toolkits that count batches anew in every epoch. How long an epoch is
/// shows only at its end; a log that begins in a later epoch is moved there once that is known.
/// </summary>
internal sealed class PositionCounter
{
    private const int MostEpochs = 100_000;
    private readonly Dictionary<long, long> _starts = [];
    private readonly int _batchesPerUpdate;
    private long _first;
    private long _epoch;
    private long _offset;
    private long _lastBatch;
    private long _interval = 1;
    private bool _beganAtStart;
    private long? _length;

    public PositionCounter(int batchesPerUpdate) => _batchesPerUpdate = Math.Max(1, batchesPerUpdate);

    /// <summary>Updates by which everything so far lies too early.</summary>
    public long Shift { get; private set; }

    /// <summary>Batches up to a line.</summary>
    public long UpdateOf(long epoch, long batch)
    {
        if (_epoch == 0)
        {
            (_first, _epoch) = (epoch, epoch);
            _starts[epoch] = 0;
            _beganAtStart = batch <= 10_000;
        }
        if (epoch > _epoch)
        {
            _length = _beganAtStart || _epoch > _first ? _lastBatch + _interval - 1 : _length;
            _offset += (_lastBatch + _interval - 1) * Math.Min(epoch - _epoch, 1_000_000);
            (_epoch, _lastBatch) = (epoch, 0);
            if (_starts.Count < MostEpochs)
                _starts[epoch] = _offset;
        }
        else if (epoch < _epoch)
        {
            _offset = _starts.GetValueOrDefault(epoch, 0);
            (_epoch, _lastBatch) = (epoch, 0);
        }
        if (_lastBatch > 0 && batch > _lastBatch)
            _interval = batch - _lastBatch;
        _lastBatch = batch;
        return (_offset + batch) / _batchesPerUpdate;
    }

    /// <summary>Updates up to the last line.</summary>
    public long Here => (_offset + _lastBatch) / _batchesPerUpdate;

    /// <summary>The log says how many batches there have been at the end of the current epoch.</summary>
    /// <returns>Updates by which everything so far lies too early.</returns>
    public long Total(long epoch, long batches)
    {
        if (_epoch == 0)
            (_first, _epoch) = (epoch, epoch);
        if (epoch > _epoch)
            (_epoch, _lastBatch) = (epoch, 0); // no lines inside the epoch
        if (epoch != _epoch || batches < _lastBatch)
            return 0;
        var shift = _epoch == _first && _offset == 0 && _first > 1 ? batches - _lastBatch : 0;
        _offset = batches - _lastBatch;
        _interval = 1;
        if (shift > 0)
            Shift = -1; // known exactly
        return shift / _batchesPerUpdate;
    }

    /// <summary>Updates of the epochs before the log's first one, as far as they can be told; 0 where it began with the first.</summary>
    public long Missing => _first > 1 && Shift == 0 && _length is { } length ? (_first - 1) * length / _batchesPerUpdate : 0;
}
