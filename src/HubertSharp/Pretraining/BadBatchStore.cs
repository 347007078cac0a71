using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Models;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Pretraining;

/// <summary>
/// Keeps the batches of skipped updates for inspection: <c>bad_batches/update_000000123/</c> with <c>batch.json</c> and
/// <c>batch.safetensors</c>, renamed into place when whole. Only the newest stay.
/// </summary>
internal sealed class BadBatchStore
{
    /// <summary>Batches that stay.</summary>
    public const int Kept = 10;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string _folder;

    public BadBatchStore(string folder) => _folder = folder;

    /// <summary>Saves one update's micro-batches; one that is there already is replaced.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="UserException">It cannot be written; nothing of it stays.</exception>
    public string Save(BadBatch report, IReadOnlyList<TrainingBatch> batches)
    {
        var name = CheckpointStore.NameOf(report.Update);
        var (partial, target) = (Path.Combine(_folder, $".{name}.partial"), Path.Combine(_folder, name));
        try
        {
            Delete(partial);
            SafetensorsFile.Write(Path.Combine(partial, "batch.safetensors"), batches.SelectMany((batch, micro) => Tensors(batch.Batch, micro)));
            AtomicFile.WriteAllText(Path.Combine(partial, "batch.json"), JsonSerializer.Serialize(report, s_json) + "\n");
            Delete(target);
            Directory.Move(partial, target);
            foreach (var old in Directory.GetDirectories(_folder, "update_*").Order(StringComparer.Ordinal).SkipLast(Kept))
                Delete(old);
            return target;
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            DeleteIfPossible(partial);
            throw WriteFaults.Of(target, e);
        }
    }

    private static IEnumerable<SafetensorsTensor> Tensors(HubertBatch batch, int micro)
    {
        var prefix = $"micro{micro}.";
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

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void DeleteIfPossible(string folder)
    {
        try
        {
            Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the first fault is the one to report
        }
    }
}
