using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Training;

/// <summary>What the processes of a run must have in common before the first update, and at every checkpoint.</summary>
internal static class RankThings
{
    /// <summary>Where things lie, and how many threads compute, may differ from machine to machine.</summary>
    private static readonly string[] s_local =
    [
        "task.data", "task.label_dir", "checkpoint.save_dir", "checkpoint.restore_file", "checkpoint.finetune_from_model", "model.w2v_path",
        "common.tensorboard_logdir", "common.num_threads", "common.no_progress_bar", "dataset.num_workers", "dataset.data_buffer_size",
    ];

    /// <summary>What computes.</summary>
    public static IEnumerable<(string Name, string Value)> Program()
    {
        yield return ("the program", $"{BuildVersion.Current}, build {typeof(Replicas).Module.ModuleVersionId}");
        yield return ("the locale", ((string[])["LC_ALL", "LC_CTYPE", "LANG"]).Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "none");
    }

    /// <param name="config">The configuration.</param>
    /// <param name="fingerprint">The hashes of the data, and what the process computes in.</param>
    /// <param name="valid">The hashes of the validation data, which may have a dictionary in common with the other.</param>
    /// <param name="update">Where it goes on.</param>
    public static IEnumerable<(string Name, string Value)> Of(
        ResolvedConfig config, RunFingerprint fingerprint, IReadOnlyDictionary<string, string> valid, long update)
    {
        foreach (var thing in Program())
            yield return thing;
        foreach (var entry in config.Entries.Where(e => !s_local.Contains(e.Key)))
            yield return (entry.Key, $"{entry.Key}={entry.Value}");
        foreach (var (file, hash) in fingerprint.Data.UnionBy(valid, d => d.Key).OrderBy(d => d.Key, StringComparer.Ordinal))
            yield return (file, hash);
        foreach (var key in (string[])["device", "precision"])
            yield return ($"the {key}", fingerprint.Machine[key]);
        yield return ("the update to go on from", $"{update}");
    }

    /// <summary>The hashes of the data as they are in the middle of a run; one that cannot be read is no reason to lose it.</summary>
    /// <param name="read">Reads them.</param>
    public static IReadOnlyDictionary<string, string> DataNow(Func<IReadOnlyDictionary<string, string>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserException)
        {
            return new Dictionary<string, string> { ["the data"] = $"cannot be read any more: {e.Message}" };
        }
    }
}
