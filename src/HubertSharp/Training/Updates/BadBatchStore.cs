using System.Text.Json;
using System.Text.Json.Serialization;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

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

    /// <summary>Saves one update; one that is there already is replaced.</summary>
    /// <param name="report">What is known about it.</param>
    /// <param name="tensors">Its rows.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="UserException">It cannot be written; nothing of it stays.</exception>
    public string Save(BadBatch report, IEnumerable<SafetensorsTensor> tensors)
    {
        var target = Path.Combine(_folder, CheckpointFiles.NameOf(report.Update));
        try
        {
            AtomicFolder.WriteLocked(target, partial =>
            {
                SafetensorsFile.Write(Path.Combine(partial, TensorFile), tensors);
                AtomicFile.WriteAllText(Path.Combine(partial, ReportFile), JsonSerializer.Serialize(report, s_json) + "\n");
            }, () =>
            {
                Delete(target);
                if (Path.Exists(target))
                    Owned.MoveAside(target); // what is left in it is not ours
            });
            foreach (var (_, old) in CheckpointFiles.Folders(_folder).Where(f => File.Exists(Path.Combine(f.Path, ReportFile)))
                .SkipLast(Kept))
                Delete(old);
            return target;
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(target, e);
        }
    }

    // its own files alone: somebody who looks into a batch may keep notes beside it
    private static void Delete(string folder)
    {
        Owned.DeleteListed(folder, [TensorFile, ReportFile]);
        Owned.DeleteIfEmpty(folder);
    }
}
