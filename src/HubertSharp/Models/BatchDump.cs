using System.Runtime.InteropServices;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Models;

/// <summary>A batch as tensors of a file, for those that an update went wrong with.</summary>
internal static class BatchDump
{
    /// <summary>Samples, lengths, labels of each set and masks.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="prefix">What the names begin with.</param>
    public static IEnumerable<SafetensorsTensor> Of(HubertBatch batch, string prefix)
    {
        yield return Tensor<float>("source", "F32", batch.Source);
        yield return new SafetensorsTensor($"{prefix}lengths", "I64", [batch.Rows], Bytes<long>(batch.LengthsSamples));
        for (var set = 0; set < batch.Targets.Count; set++)
            yield return Tensor<long>($"target{set}", "I64", batch.Targets[set]);
        if (batch.Mask is { } mask)
            yield return Tensor<bool>("mask", "BOOL", mask);
        if (batch.ChannelMask is { } channels)
            yield return Tensor<bool>("channel_mask", "BOOL", channels);

        SafetensorsTensor Tensor<T>(string name, string type, T[] values)
            where T : unmanaged => new(prefix + name, type, [batch.Rows, values.Length / batch.Rows], Bytes<T>(values));
    }

    /// <summary>The largest amplitude of a row.</summary>
    public static float Peak(HubertBatch batch, int row) =>
        Peak(batch.Source.AsSpan(row * batch.SamplesPerRow, batch.SamplesPerRow));

    /// <summary>The largest amplitude.</summary>
    public static float Peak(ReadOnlySpan<float> samples)
    {
        var peak = 0f;
        foreach (var sample in samples)
            peak = Math.Max(peak, Math.Abs(sample));
        return peak;
    }

    /// <summary>Values as a file has them.</summary>
    public static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
