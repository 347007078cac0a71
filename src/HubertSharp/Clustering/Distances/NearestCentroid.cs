using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Clustering.Distances;

/// <summary>Finds the nearest centroid of many frames: argmin over k of |c_k|² − 2·x·c_k, the lowest k among equals.</summary>
internal static unsafe class NearestCentroid
{
    /// <summary>Centroids of a panel on this processor.</summary>
    public static int PanelWidth => Vector512.IsHardwareAccelerated ? WideDistanceTile.Centroids : NarrowDistanceTile.Centroids;

    /// <summary>Frames of a tile on this processor.</summary>
    public static int TileFrames => Vector512.IsHardwareAccelerated ? WideDistanceTile.Frames : NarrowDistanceTile.Frames;

    /// <summary>Labels frames that lie anywhere in memory.</summary>
    public static void Assign(float** rows, int count, CentroidPanels centroids, float* shift, TileScratch scratch, int* labels)
    {
        if (Vector512.IsHardwareAccelerated)
            Assign<WideDistanceTile>(rows, count, centroids, shift, scratch, labels);
        else
            Assign<NarrowDistanceTile>(rows, count, centroids, shift, scratch, labels);
    }

    /// <summary>The same with the width of the vectors given.</summary>
    public static void Assign<TTile>(float** rows, int count, CentroidPanels centroids, float* shift, TileScratch scratch, int* labels)
        where TTile : struct, IDistanceTile
    {
        for (var first = 0; first < count; first += TTile.Frames)
        {
            var here = Math.Min(TTile.Frames, count - first);
            TileScratch.Pack(rows + first, here, TTile.Frames, centroids.Dimensions, shift, scratch.Frames);
            OfTile<TTile>(scratch.Frames, centroids, scratch);
            for (var i = 0; i < here; i++)
                labels[first + i] = scratch.Index[i];
        }
    }

    /// <summary>Fills the scratch's Best (squared distance less the frame's own squared norm) and Index for one packed tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfTile<TTile>(float* tile, CentroidPanels centroids, TileScratch scratch)
        where TTile : struct, IDistanceTile
    {
        for (var i = 0; i < TTile.Frames; i++)
        {
            scratch.Best[i] = float.PositiveInfinity;
            scratch.Index[i] = 0;
        }
        for (var panel = 0; panel < centroids.Panels; panel++)
        {
            var first = panel * TTile.Centroids;
            TTile.Dot(tile, centroids.Panel(panel), centroids.Dimensions, scratch.Dots);
            TTile.Nearest(scratch.Dots, centroids.Norms + first, first, scratch.Best, scratch.Index);
        }
    }
}
