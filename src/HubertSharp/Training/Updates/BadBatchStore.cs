using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Models;
using HubertSharp.Pretraining;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Training.Checkpoints;

namespace HubertSharp.Training.Updates;

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

    private const string ReportFile = "batch.json", TensorFile = "batch.safetensors";

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
            Owned.DeleteLocked(partial);
            SafetensorsFile.Write(Path.Combine(partial, TensorFile), batches.SelectMany((batch, micro) => Tensors(batch.Batch, micro)));
            AtomicFile.WriteAllText(Path.Combine(partial, ReportFile), JsonSerializer.Serialize(report, s_json) + "\n");
            Delete(target);
            if (Path.Exists(target))
                Owned.MoveAside(target); // what is left in it is not ours
            Directory.Move(partial, target);
            foreach (var old in Directory.GetDirectories(_folder, "update_*").Where(f => File.Exists(Path.Combine(f, ReportFile))).Order(StringComparer.Ordinal).SkipLast(Kept))
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

    // its own files alone: somebody who looks into a batch may keep notes beside it
    private static void Delete(string folder)
    {
        Owned.DeleteListed(folder, [TensorFile, ReportFile]);
        Owned.DeleteIfEmpty(folder);
    }

    private static void DeleteIfPossible(string folder)
    {
        try
        {
            Owned.DeleteLocked(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the first fault is the one to report
        }
    }
}
