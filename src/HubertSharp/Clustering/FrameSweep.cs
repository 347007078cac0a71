using HubertSharp.Clustering.Distances;

namespace HubertSharp.Clustering;

/// <summary>
/// Goes through all frames of a selection in their order: from memory when they are there, else from the file, one chunk ahead.
/// </summary>
internal sealed unsafe class FrameSweep : IDisposable
{
    /// <summary>Frames of a chunk: enough to keep many cores busy, few enough to stay in the cache.</summary>
    private const int ChunkFrames = 16_384;

    private const long MostChunkBytes = 64L << 20;

    private readonly FrameSelection _source;
    private readonly FramePool? _pool;
    private readonly int _chunkFrames;
    private readonly NativeArray<nint> _rows;
    private readonly NativeArray<int> _labels;
    private readonly NativeArray<float> _distances;
    private readonly NativeArray<float>[] _buffers;

    /// <param name="source">The frames.</param>
    /// <param name="pool">Where they are in memory, if they are.</param>
    public FrameSweep(FrameSelection source, FramePool? pool)
    {
        _source = source;
        _pool = pool is { IsWhole: true } ? pool : null;
        _chunkFrames = (int)Math.Clamp(MostChunkBytes / (source.Dimensions * sizeof(float)), 1, ChunkFrames);
        _rows = new NativeArray<nint>(_chunkFrames);
        _labels = new NativeArray<int>(_chunkFrames);
        _distances = new NativeArray<float>(_chunkFrames);
        var buffered = _pool is null ? (long)_chunkFrames * source.Dimensions : 0;
        _buffers = [new NativeArray<float>(buffered), new NativeArray<float>(buffered)];
    }

    /// <summary>
    /// Takes one chunk: the frames, how many, and the index of the first; labels and distances are for the visitor to fill.
    /// </summary>
    public delegate void Visitor(float** rows, int count, long first, int* labels, float* distances);

    /// <exception cref="Runs.UserException">A number that is not finite, or a file that cannot be read.</exception>
    public void Run(Visitor visit, CancellationToken cancellation)
    {
        Task? reading = null;
        try
        {
            for (long first = 0, turn = 0; first < _source.Count; first += _chunkFrames, turn++)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = (int)Math.Min(_chunkFrames, _source.Count - first);
                float* start;
                if (_pool is not null)
                {
                    start = _pool.Row(first);
                }
                else
                {
                    (reading ?? Read(first, _buffers[turn % 2])).GetAwaiter().GetResult();
                    start = _buffers[turn % 2].Start;
                    reading = first + count < _source.Count ? Read(first + count, _buffers[(turn + 1) % 2]) : null;
                }
                for (var i = 0; i < count; i++)
                    _rows.Start[i] = (nint)(start + ((long)i * _source.Dimensions));
                visit((float**)_rows.Start, count, first, _labels.Start, _distances.Start);
            }
        }
        finally
        {
            if (reading is not null)
                Task.WaitAny([reading], CancellationToken.None); // it writes into our buffer
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
        _distances.Dispose();
        foreach (var buffer in _buffers)
            buffer.Dispose();
    }

    private Task Read(long first, NativeArray<float> buffer)
    {
        var count = (int)Math.Min(_chunkFrames, _source.Count - first);
        return Task.Run(() => _source.Read(first, buffer.Span(0, count * _source.Dimensions)));
    }
}
