using HubertSharp.Clustering.Distances;
using HubertSharp.Runs;

namespace HubertSharp.Clustering;

/// <summary>
/// Frames in memory, to draw mini-batches from: all of a selection when they fit, else a pool of chunks from all over it. Such a pool is
/// renewed chunk by chunk as frames are used, in a random order in which every chunk comes once before any comes again.
/// </summary>
/// <remarks>What the pool holds depends on the seed and on how many frames were used, never on how fast the disk is.</remarks>
internal sealed unsafe class FramePool : IDisposable
{
    /// <summary>Long enough to read well, short enough for a pool of many places in the data.</summary>
    private const long MostChunkBytes = 1 << 20;

    private const int LeastChunks = 256;

    private readonly FrameSelection _source;
    private readonly NativeArray<float> _frames;
    private readonly int _chunkFrames;
    private readonly long[] _order; // chunks of the selection
    private readonly SeededRandom _random;
    private readonly float[] _spare;
    private long _nextChunk;
    private long _nextSlot;
    private long _usedFrames;
    private Task? _reading;

    private FramePool(FrameSelection source, long capacity, int chunkFrames, long seed)
    {
        (_source, Count, _chunkFrames) = (source, capacity, chunkFrames);
        _frames = new NativeArray<float>(capacity * source.Dimensions);
        _random = SeededRandom.ForStream(seed, -1);
        _order = new long[IsWhole ? 0 : (source.Count + chunkFrames - 1) / chunkFrames];
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        _random.Shuffle(_order);
        _spare = new float[IsWhole ? 0 : chunkFrames * source.Dimensions];
    }

    /// <summary>Frames in the pool.</summary>
    public long Count { get; }

    /// <summary>The pool is the whole selection, in its order.</summary>
    public bool IsWhole => Count == _source.Count;

    public float* Row(long index) => _frames.Start + (index * _source.Dimensions);

    /// <summary>Fills a pool of at most <paramref name="memoryBytes"/>.</summary>
    /// <exception cref="UserException">A number that is not finite, or a file that cannot be read.</exception>
    public static FramePool Load(
        FrameSelection source, long memoryBytes, long seed, IProgress<StageProgress>? progress, ParallelOptions parallel)
    {
        var frameBytes = source.Dimensions * sizeof(float);
        var fitting = Math.Max(memoryBytes / frameBytes, 1);
        var chunkFrames = (int)Math.Clamp(fitting / LeastChunks, 1, Math.Max(MostChunkBytes / frameBytes, 1));
        var capacity = source.Count <= fitting ? source.Count : Math.Max(fitting / chunkFrames, 1) * chunkFrames;
        var pool = new FramePool(source, capacity, chunkFrames, seed);
        try
        {
            pool.Fill(progress, parallel);
            return pool;
        }
        catch
        {
            pool.Dispose();
            throw;
        }
    }

    /// <summary>Copies one frame of the selection: from memory when all of it is there, else from the file.</summary>
    /// <exception cref="UserException">A number that is not finite, or a file that cannot be read.</exception>
    public void Copy(long frame, Span<float> destination)
    {
        if (IsWhole)
            _frames.Span(frame * _source.Dimensions, _source.Dimensions).CopyTo(destination);
        else
            _source.Read(frame, destination);
    }

    /// <summary>Says that so many frames were drawn; as many of a pool that is not whole are replaced by others.</summary>
    /// <exception cref="UserException">A number that is not finite, or a file that cannot be read.</exception>
    public void Use(int frames)
    {
        if (IsWhole)
            return;
        _usedFrames += frames;
        for (; _usedFrames >= _chunkFrames; _usedFrames -= _chunkFrames)
        {
            (_reading ?? ReadAhead()).GetAwaiter().GetResult();
            _spare.CopyTo(_frames.Span(_nextSlot * _spare.Length, _spare.Length));
            _nextSlot = (_nextSlot + 1) % (Count / _chunkFrames);
            _reading = ReadAhead();
        }
    }

    public void Dispose()
    {
        try
        {
            _reading?.Wait();
        }
        catch (AggregateException)
        {
            // nobody needs the chunk any more
        }
        _frames.Dispose();
    }

    private void Fill(IProgress<StageProgress>? progress, ParallelOptions parallel)
    {
        var chunks = checked((int)((Count + _chunkFrames - 1) / _chunkFrames));
        var done = new StageCounter(progress, Count, "frames read");
        ParallelWork.For(chunks, parallel, i =>
        {
            var first = (long)i * _chunkFrames;
            var here = (int)Math.Min(_chunkFrames, Count - first);
            _source.Read(IsWhole ? first : StartOf(_order[i]), _frames.Span(first * _source.Dimensions, here * _source.Dimensions));
            done.Add(here);
        });
        _nextChunk = chunks;
    }

    /// <summary>The last chunk is as long as the others and overlaps the one before it.</summary>
    private long StartOf(long chunk) => Math.Min(chunk * _chunkFrames, _source.Count - _chunkFrames);

    private Task ReadAhead()
    {
        if (_nextChunk >= _order.Length)
        {
            _random.Shuffle(_order);
            _nextChunk = 0;
        }
        var start = StartOf(_order[_nextChunk++]);
        return Task.Run(() => _source.Read(start, _spare));
    }
}
