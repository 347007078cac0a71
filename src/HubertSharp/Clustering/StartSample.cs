using System.Runtime.CompilerServices;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Clustering;

/// <summary>The frames that all starts see: a copy, and the same packed into tiles with the frames' squared norms.</summary>
internal sealed unsafe class StartSample : IDisposable
{
    private readonly NativeArray<float> _frames;
    private readonly NativeArray<float> _tiles;
    private readonly NativeArray<float> _norms;
    private readonly NativeArray<float> _shift;

    /// <param name="pool">Where the frames come from.</param>
    /// <param name="indices">Which of the whole selection.</param>
    /// <param name="dimensions">Numbers per frame.</param>
    /// <param name="tileFrames">Frames of a tile.</param>
    /// <param name="parallel">The threads.</param>
    public StartSample(FramePool pool, long[] indices, int dimensions, int tileFrames, ParallelOptions parallel)
    {
        (Count, Dimensions, TileFrames) = (indices.Length, dimensions, tileFrames);
        _frames = new NativeArray<float>((long)Count * dimensions);
        _tiles = new NativeArray<float>((long)Tiles * tileFrames * dimensions);
        _norms = new NativeArray<float>((long)Tiles * tileFrames);
        _shift = new NativeArray<float>(dimensions);
        ParallelWork.For(Count, parallel, i => pool.Copy(indices[i], new Span<float>(Row(i), dimensions)));
        TakeMean();
        ParallelWork.For(Tiles, parallel, PackTile);
    }

    public int Count { get; }

    public int Dimensions { get; }

    public int TileFrames { get; }

    public int Tiles => (Count + TileFrames - 1) / TileFrames;

    /// <summary>The mean of the sample: the origin of the tiles.</summary>
    public float* Shift => _shift.Start;

    /// <summary>[tiles · tile frames]: squared norms relative to the shift; the last tile's missing frames repeat its first one.</summary>
    public float* Norms => _norms.Start;

    public float* Row(int index) => _frames.Start + ((long)index * Dimensions);

    /// <summary>[dimensions, tile frames].</summary>
    public float* Tile(int tile) => _tiles.Start + ((long)tile * TileFrames * Dimensions);

    public void Dispose()
    {
        _frames.Dispose();
        _tiles.Dispose();
        _norms.Dispose();
        _shift.Dispose();
    }

    private void TakeMean()
    {
        var sums = new double[Dimensions];
        for (var i = 0; i < Count; i++)
        {
            for (var d = 0; d < Dimensions; d++)
                sums[d] += Row(i)[d];
        }
        for (var d = 0; d < Dimensions; d++)
            Shift[d] = (float)(sums[d] / Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackTile(int tile)
    {
        var rows = stackalloc float*[TileFrames];
        var first = tile * TileFrames;
        var here = Math.Min(TileFrames, Count - first);
        for (var i = 0; i < here; i++)
            rows[i] = Row(first + i);
        TileScratch.Pack(rows, here, TileFrames, Dimensions, Shift, Tile(tile));
        for (var i = 0; i < TileFrames; i++)
        {
            var norm = 0f;
            for (var d = 0; d < Dimensions; d++)
                norm += Tile(tile)[((long)d * TileFrames) + i] * Tile(tile)[((long)d * TileFrames) + i];
            Norms[first + i] = norm;
        }
    }
}
