using System.Runtime.ExceptionServices;

namespace HubertSharp.Decoding.Recordings;

/// <summary>
/// Scores chunks on several threads and hands them out in order. Not more than twice as many chunks as threads are in memory; the fault of
/// the first faulty chunk wins.
/// </summary>
internal sealed class ScoringThreads : IDisposable
{
    private static readonly TimeSpan LookForCancellation = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new(), _reading = new();
    private readonly CtcScorer _scorer;
    private readonly ChunkFeed _feed;
    private readonly Slot?[] _slots;
    private readonly Thread[] _threads;
    private readonly CancellationToken _cancellation;
    private long _taken, _handed, _end = long.MaxValue;
    private bool _isOver;

    private sealed record Slot(ScoredChunk? Chunk, Exception? Fault);

    public ScoringThreads(CtcScorer scorer, ChunkFeed feed, int threads, CancellationToken cancellation)
    {
        (_scorer, _feed, _cancellation, _slots) = (scorer, feed, cancellation, new Slot?[threads * 2]);
        _threads = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"scoring {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>The next chunk of the recordings, or null behind the last.</summary>
    public ScoredChunk? Next()
    {
        lock (_gate)
        {
            var at = _handed % _slots.Length;
            while (_slots[at] is null)
            {
                if (_handed == _end)
                    return null;
                _cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, LookForCancellation);
            }
            var slot = _slots[at]!;
            _slots[at] = null;
            _handed++;
            Monitor.PulseAll(_gate);
            if (slot.Fault is { } fault)
                ExceptionDispatchInfo.Throw(fault);
            return slot.Chunk;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
        foreach (var thread in _threads)
            thread.Join();
        _feed.Dispose();
    }

    private void Work()
    {
        using var held = _scorer.OnThread();
        while (true)
        {
            var number = 0L;
            ChunkFeed.Piece? piece = null;
            try
            {
                lock (_reading) // files are read in order, by one at a time
                {
                    if (!MayTake())
                        return;
                    number = _taken;
                    piece = _feed.Next();
                    _taken++;
                }
                if (piece is null)
                {
                    End(number);
                    return;
                }
                Put(number, new Slot(Score(piece), null));
            }
            catch (Exception e)
            {
                if (piece is null)
                    End(number + 1); // nothing can be read behind it
                Put(number, new Slot(null, e));
                return;
            }
        }
    }

    private ScoredChunk Score(ChunkFeed.Piece piece)
    {
        var logits = _scorer.Logits(piece.Samples);
        var (chunk, tokens) = (piece.Chunk, _scorer.Alphabet.Count);
        if (logits.Length != chunk.HeardFrames * tokens)
            throw new InvalidOperationException($"{logits.Length} scores for {chunk.HeardFrames} frames of {tokens} tokens");
        return new ScoredChunk(piece.Recording, chunk.FirstFrame == 0, piece.IsLast,
            new ArraySegment<float>(logits, chunk.Skip * tokens, chunk.Frames * tokens), piece.Kept);
    }

    /// <summary>Waits until there is room; false when nothing is wanted any more.</summary>
    private bool MayTake()
    {
        lock (_gate)
        {
            while (!_isOver && _taken < _end && _taken >= _handed + _slots.Length)
                Monitor.Wait(_gate, LookForCancellation);
            return !_isOver && _taken < _end;
        }
    }

    private void Put(long number, Slot slot)
    {
        lock (_gate)
        {
            _slots[number % _slots.Length] = slot;
            Monitor.PulseAll(_gate);
        }
    }

    private void End(long number)
    {
        lock (_gate)
        {
            _end = Math.Min(_end, number);
            Monitor.PulseAll(_gate);
        }
    }
}
