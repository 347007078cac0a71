using System.Runtime.InteropServices;
using HubertSharp.Distributed;

namespace HubertSharp.Clustering;

/// <summary>What a start of k-means came to on the sample.</summary>
/// <param name="Number">Of the start, from 0.</param>
/// <param name="Inertia">Of the sample.</param>
/// <param name="IsSettled">Whether no frame changed its cluster any more.</param>
/// <param name="Centroids">[clusters, dimensions].</param>
/// <param name="Weights">Frames of each cluster.</param>
internal sealed record StartResult(int Number, double Inertia, bool IsSettled, float[] Centroids, double[] Weights)
{
    /// <summary>The best of all processes, the first of equals.</summary>
    /// <param name="replicas">Who shares.</param>
    /// <param name="own">The best of this one; null where it had no start.</param>
    /// <param name="isComplete">Whether the sample is all frames.</param>
    /// <returns>Centroids and counts; where the sample is all frames, whether they settled, else null.</returns>
    public static (float[] Centroids, double[] Weights, bool? Settled) Best(Replicas replicas, StartResult? own, bool isComplete)
    {
        replicas.Doing(RankReport.Shares, 0);
        var best = replicas.Count == 1 ? own! : replicas.Gather(own?.Pack() ?? []).Where(packed => packed.Length > 0).Select(Unpack)
            .OrderBy(start => start.Inertia).ThenBy(start => start.Number).First();
        return (best.Centroids, best.Weights, isComplete ? best.IsSettled : null);
    }

    private byte[] Pack()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Number);
        writer.Write(Inertia);
        writer.Write(IsSettled);
        writer.Write(Centroids.Length);
        writer.Write(MemoryMarshal.AsBytes<float>(Centroids));
        writer.Write(Weights.Length);
        writer.Write(MemoryMarshal.AsBytes<double>(Weights));
        writer.Flush();
        return bytes.ToArray();
    }

    private static StartResult Unpack(byte[] packed)
    {
        using var reader = new BinaryReader(new MemoryStream(packed));
        var (number, inertia, isSettled) = (reader.ReadInt32(), reader.ReadDouble(), reader.ReadBoolean());
        var centroids = MemoryMarshal.Cast<byte, float>(reader.ReadBytes(reader.ReadInt32() * sizeof(float))).ToArray();
        var weights = MemoryMarshal.Cast<byte, double>(reader.ReadBytes(reader.ReadInt32() * sizeof(double))).ToArray();
        return new StartResult(number, inertia, isSettled, centroids, weights);
    }
}
