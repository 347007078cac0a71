using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Clustering.Distances;

/// <summary>Tiles of 32 frames and 12 centroids: the 24 sums fill the 32 registers of AVX-512.</summary>
internal readonly unsafe struct WideDistanceTile : IDistanceTile
{
    private const int Lanes = 16;

    public static int Frames => 2 * Lanes;

    public static int Centroids => 12;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot(float* frames, float* centroids, int dimensions, float* dots)
    {
        Vector512<float> l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default, l3 = default, h3 = default;
        Vector512<float> l4 = default, h4 = default, l5 = default, h5 = default, l6 = default, h6 = default, l7 = default, h7 = default;
        Vector512<float> l8 = default, h8 = default, l9 = default, h9 = default, l10 = default, h10 = default, l11 = default, h11 = default;
        for (var d = 0; d < dimensions; d++)
        {
            Vector512<float> low = Vector512.Load(frames), high = Vector512.Load(frames + Lanes);
            Add(ref l0, ref h0, low, high, centroids[0]);
            Add(ref l1, ref h1, low, high, centroids[1]);
            Add(ref l2, ref h2, low, high, centroids[2]);
            Add(ref l3, ref h3, low, high, centroids[3]);
            Add(ref l4, ref h4, low, high, centroids[4]);
            Add(ref l5, ref h5, low, high, centroids[5]);
            Add(ref l6, ref h6, low, high, centroids[6]);
            Add(ref l7, ref h7, low, high, centroids[7]);
            Add(ref l8, ref h8, low, high, centroids[8]);
            Add(ref l9, ref h9, low, high, centroids[9]);
            Add(ref l10, ref h10, low, high, centroids[10]);
            Add(ref l11, ref h11, low, high, centroids[11]);
            frames += 2 * Lanes;
            centroids += 12;
        }
        Store(dots, 0, l0, h0);
        Store(dots, 1, l1, h1);
        Store(dots, 2, l2, h2);
        Store(dots, 3, l3, h3);
        Store(dots, 4, l4, h4);
        Store(dots, 5, l5, h5);
        Store(dots, 6, l6, h6);
        Store(dots, 7, l7, h7);
        Store(dots, 8, l8, h8);
        Store(dots, 9, l9, h9);
        Store(dots, 10, l10, h10);
        Store(dots, 11, l11, h11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nearest(float* dots, float* norms, int first, float* best, int* index)
    {
        Vector512<float> bestLow = Vector512.Load(best), bestHigh = Vector512.Load(best + Lanes);
        Vector512<int> indexLow = Vector512.Load(index), indexHigh = Vector512.Load(index + Lanes);
        var minusTwo = Vector512.Create(-2f);
        for (var c = 0; c < 12; c++, dots += 2 * Lanes)
        {
            var norm = Vector512.Create(norms[c]);
            var own = Vector512.Create(first + c);
            var low = Vector512.FusedMultiplyAdd(minusTwo, Vector512.Load(dots), norm);
            var high = Vector512.FusedMultiplyAdd(minusTwo, Vector512.Load(dots + Lanes), norm);
            Vector512<float> nearerLow = Vector512.LessThan(low, bestLow), nearerHigh = Vector512.LessThan(high, bestHigh);
            bestLow = Vector512.ConditionalSelect(nearerLow, low, bestLow);
            bestHigh = Vector512.ConditionalSelect(nearerHigh, high, bestHigh);
            indexLow = Vector512.ConditionalSelect(nearerLow.AsInt32(), own, indexLow);
            indexHigh = Vector512.ConditionalSelect(nearerHigh.AsInt32(), own, indexHigh);
        }
        bestLow.Store(best);
        bestHigh.Store(best + Lanes);
        indexLow.Store(index);
        indexHigh.Store(index + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector512<float> sumLow, ref Vector512<float> sumHigh, Vector512<float> low, Vector512<float> high, float factor)
    {
        var wide = Vector512.Create(factor);
        sumLow = Vector512.FusedMultiplyAdd(low, wide, sumLow);
        sumHigh = Vector512.FusedMultiplyAdd(high, wide, sumHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* dots, int centroid, Vector512<float> low, Vector512<float> high)
    {
        low.Store(dots + (centroid * 2 * Lanes));
        high.Store(dots + (centroid * 2 * Lanes) + Lanes);
    }
}
