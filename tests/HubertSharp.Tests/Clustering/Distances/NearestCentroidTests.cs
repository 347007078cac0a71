using HubertSharp.Clustering;
using HubertSharp.Clustering.Distances;

namespace HubertSharp.Tests.Clustering.Distances;

public unsafe class NearestCentroidTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(33, 5, 13)]
    [InlineData(31, 7, 12)]
    [InlineData(64, 8, 6)]
    [InlineData(100, 39, 100)]
    [InlineData(50, 256, 25)]
    public void Both_widths_agree_with_plain_loops(int frames, int dimensions, int clusters)
    {
        var x = ClusteringData.Blobs(frames, dimensions, 7, frames, spread: 3);
        var centroids = ClusteringData.Blobs(clusters, dimensions, clusters, 1);
        var expected = Enumerable.Range(0, frames).Select(i => Plain(x, centroids, dimensions, i)).ToArray();
        Assert.Equal(expected, Assign<WideDistanceTile>(x, centroids, dimensions));
        Assert.Equal(expected, Assign<NarrowDistanceTile>(x, centroids, dimensions));
        Assert.Equal(expected, new KMeansModel(centroids, dimensions).Assign(x));
    }

    [Fact]
    public void The_first_of_equal_centroids_wins()
    {
        float[] centroids = [5, 5, 1, 1, 1, 1, 5, 5];
        Assert.Equal([1, 0, 1], new KMeansModel(centroids, 2).Assign([1, 1, 5, 5, 0, 0]));
    }

    [Fact]
    public void A_large_mean_does_not_blur_the_distances()
    {
        var centroids = ClusteringData.Blobs(20, 16, 20, 2);
        var x = ClusteringData.Blobs(200, 16, 20, 3, spread: 2);
        var expected = new KMeansModel(centroids, 16).Assign(x);
        // exact in float32: multiples of 1/64 plus a power of two
        var (shiftedX, shiftedCentroids) = (x.Select(Shift).ToArray(), centroids.Select(Shift).ToArray());
        var plain = Enumerable.Range(0, 200).Select(i => Plain(shiftedX, shiftedCentroids, 16, i)).ToArray();
        Assert.Equal(plain, new KMeansModel(shiftedCentroids, 16).Assign(shiftedX));
        Assert.Equal(200, expected.Length);

        static float Shift(float value) => (MathF.Round(value * 64) / 64) + 16_384;
    }

    private static int[] Assign<TTile>(float[] frames, float[] centroids, int dimensions)
        where TTile : struct, IDistanceTile
    {
        var count = frames.Length / dimensions;
        var labels = new int[count];
        using var panels = new CentroidPanels(centroids.Length / dimensions, dimensions, TTile.Centroids);
        using var scratch = new TileScratch(dimensions);
        using var shift = new NativeArray<float>(dimensions);
        shift.Span().Fill(0.25f);
        panels.SetAll(centroids, shift.Start);
        fixed (float* start = frames)
        fixed (int* target = labels)
        {
            var rows = stackalloc float*[count];
            for (var i = 0; i < count; i++)
                rows[i] = start + (i * dimensions);
            NearestCentroid.Assign<TTile>(rows, count, panels, shift.Start, scratch, target);
        }
        return labels;
    }

    private static int Plain(float[] frames, float[] centroids, int dimensions, int frame)
    {
        var (best, nearest) = (double.PositiveInfinity, -1);
        for (var k = 0; k < centroids.Length / dimensions; k++)
        {
            var distance = 0.0;
            for (var d = 0; d < dimensions; d++)
                distance += Math.Pow((double)frames[(frame * dimensions) + d] - centroids[(k * dimensions) + d], 2);
            if (distance < best)
                (best, nearest) = (distance, k);
        }
        return nearest;
    }
}
