using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HubertSharp.Audio.Spectra;

namespace HubertSharp.Clustering.Distances;

/// <summary>What one thread needs to work on a tile of frames.</summary>
internal sealed unsafe class TileScratch : IDisposable
{
    private const int MostFrames = 32;
    private const int MostCentroids = 12;

    private readonly NativeArray<float> _frames;
    private readonly NativeArray<float> _dots = new(MostFrames * MostCentroids);
    private readonly NativeArray<float> _best = new(MostFrames);
    private readonly NativeArray<int> _index = new(MostFrames);

    public TileScratch(int dimensions) => _frames = new NativeArray<float>((long)MostFrames * dimensions);

    /// <summary>[dimensions, frames].</summary>
    public float* Frames => _frames.Start;

    /// <summary>[centroids, frames].</summary>
    public float* Dots => _dots.Start;

    public float* Best => _best.Start;

    public int* Index => _index.Start;

    /// <summary>tile[d, f] = rows[f][d] − shift[d]; missing rows repeat the first one.</summary>
    /// <param name="rows">The frames.</param>
    /// <param name="count">How many there are, 1 to <paramref name="width"/>.</param>
    /// <param name="width">Frames of a tile: 16 or 32.</param>
    /// <param name="dimensions">Numbers per frame.</param>
    /// <param name="shift">[dimensions].</param>
    /// <param name="tile">[dimensions, width].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float** rows, int count, int width, int dimensions, float* shift, float* tile)
    {
        var eight = stackalloc float*[8];
        var stride = width / 8;
        for (var group = 0; group < stride; group++)
        {
            for (var i = 0; i < 8; i++)
                eight[i] = rows[(group * 8) + i < count ? (group * 8) + i : 0];
            var d = 0;
            for (; d <= dimensions - 8; d += 8)
            {
                var columns = (Vector256<float>*)(tile + ((long)d * width)) + group;
                LaneTranspose.Block(eight, d, columns, stride);
                for (var i = 0; i < 8; i++)
                    columns[i * stride] -= Vector256.Create(shift[d + i]);
            }
            for (; d < dimensions; d++)
            {
                var column = tile + ((long)d * width) + (group * 8);
                for (var i = 0; i < 8; i++)
                    column[i] = eight[i][d] - shift[d];
            }
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _dots.Dispose();
        _best.Dispose();
        _index.Dispose();
    }
}
