using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HubertSharp.Clustering.Distances;

/// <summary>Tiles of 16 frames and 6 centroids: the 12 sums fit the 16 registers of AVX2 (and of other processors' halves).</summary>
internal readonly unsafe struct NarrowDistanceTile : IDistanceTile
{
    private const int Lanes = 8;

    public static int Frames => 2 * Lanes;

    public static int Centroids => 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot(float* frames, float* centroids, int dimensions, float* dots)
    {
        Vector256<float> l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default, l3 = default, h3 = default;
        Vector256<float> l4 = default, h4 = default, l5 = default, h5 = default;
        for (var d = 0; d < dimensions; d++)
        {
            Vector256<float> low = Vector256.Load(frames), high = Vector256.Load(frames + Lanes);
            Add(ref l0, ref h0, low, high, centroids[0]);
            Add(ref l1, ref h1, low, high, centroids[1]);
            Add(ref l2, ref h2, low, high, centroids[2]);
            Add(ref l3, ref h3, low, high, centroids[3]);
            Add(ref l4, ref h4, low, high, centroids[4]);
            Add(ref l5, ref h5, low, high, centroids[5]);
            frames += 2 * Lanes;
            centroids += 6;
        }
        Store(dots, 0, l0, h0);
        Store(dots, 1, l1, h1);
        Store(dots, 2, l2, h2);
        Store(dots, 3, l3, h3);
        Store(dots, 4, l4, h4);
        Store(dots, 5, l5, h5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nearest(float* dots, float* norms, int first, float* best, int* index)
    {
        Vector256<float> bestLow = Vector256.Load(best), bestHigh = Vector256.Load(best + Lanes);
        Vector256<int> indexLow = Vector256.Load(index), indexHigh = Vector256.Load(index + Lanes);
        var minusTwo = Vector256.Create(-2f);
        for (var c = 0; c < 6; c++, dots += 2 * Lanes)
        {
            var norm = Vector256.Create(norms[c]);
            var own = Vector256.Create(first + c);
            var low = Vector256.FusedMultiplyAdd(minusTwo, Vector256.Load(dots), norm);
            var high = Vector256.FusedMultiplyAdd(minusTwo, Vector256.Load(dots + Lanes), norm);
            Vector256<float> nearerLow = Vector256.LessThan(low, bestLow), nearerHigh = Vector256.LessThan(high, bestHigh);
            bestLow = Vector256.ConditionalSelect(nearerLow, low, bestLow);
            bestHigh = Vector256.ConditionalSelect(nearerHigh, high, bestHigh);
            indexLow = Vector256.ConditionalSelect(nearerLow.AsInt32(), own, indexLow);
            indexHigh = Vector256.ConditionalSelect(nearerHigh.AsInt32(), own, indexHigh);
        }
        bestLow.Store(best);
        bestHigh.Store(best + Lanes);
        indexLow.Store(index);
        indexHigh.Store(index + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector256<float> sumLow, ref Vector256<float> sumHigh, Vector256<float> low, Vector256<float> high, float factor)
    {
        var wide = Vector256.Create(factor);
        sumLow = Vector256.FusedMultiplyAdd(low, wide, sumLow);
        sumHigh = Vector256.FusedMultiplyAdd(high, wide, sumHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* dots, int centroid, Vector256<float> low, Vector256<float> high)
    {
        low.Store(dots + (centroid * 2 * Lanes));
        high.Store(dots + (centroid * 2 * Lanes) + Lanes);
    }
}
