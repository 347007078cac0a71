using HubertSharp.Features;

namespace HubertSharp.Tests.Clustering;

/// <summary>Made-up frames around well-separated centres, as a dump.</summary>
internal static class ClusteringData
{
    public static readonly FeatureDescription Kind = new() { Kind = "mfcc", Dimensions = 5, FrameRate = 100, Waveform = "unit" };

    /// <summary>[frames, dimensions] around <paramref name="centres"/> random centres.</summary>
    public static float[] Blobs(int frames, int dimensions, int centres, int seed, double spread = 0.1)
    {
        var random = new Random(seed);
        double[][] middle =
        [
            .. Enumerable.Range(0, centres)
                .Select(_ => Enumerable.Range(0, dimensions).Select(_ => (random.NextDouble() - 0.5) * 20).ToArray()),
        ];
        var values = new float[frames * dimensions];
        for (var i = 0; i < frames; i++)
        {
            var centre = middle[random.Next(centres)];
            for (var d = 0; d < dimensions; d++)
                values[(i * dimensions) + d] = (float)(centre[d]
                    + (spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        }
        return values;
    }

    public static FeatureDumpReader Dump(
        TemporaryFolder folder, float[] frames, int dimensions, int perUtterance = 50, string split = "train")
    {
        using (var writer = FeatureDumpWriter.Create(folder.FullName, split, FeatureShard.Whole, Kind with { Dimensions = dimensions }))
        {
            for (var start = 0; start < frames.Length; start += perUtterance * dimensions)
                writer.Append(frames.AsSpan(start, Math.Min(perUtterance * dimensions, frames.Length - start)), "made-up");
            writer.Complete();
        }
        return FeatureDumpReader.Open(folder.FullName, split);
    }
}
