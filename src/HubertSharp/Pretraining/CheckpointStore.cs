using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Pretraining;

/// <summary>
/// The checkpoints of one run: folders <c>update_000010000</c>, each written beside its place and renamed into it when complete, so
/// that a kill at any instant leaves only whole ones. <c>state.json</c> comes last and holds the hash of every other file.
/// </summary>
internal sealed class CheckpointStore
{
    private const string StateFile = "state.json";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly string _folder;
    private readonly CheckpointConfig _config;

    public CheckpointStore(string folder, CheckpointConfig config)
    {
        _folder = folder;
        _config = config;
    }

    public static string NameOf(long update) => $"update_{update:D9}";

    /// <summary>The complete-looking checkpoint folders, newest first.</summary>
    public IReadOnlyList<string> Folders() => !Directory.Exists(_folder)
        ? []
        : [.. Directory.GetDirectories(_folder, "update_*")
            .Where(f => long.TryParse(Path.GetFileName(f)["update_".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _) && File.Exists(Path.Combine(f, StateFile)))
            .OrderByDescending(f => f, StringComparer.Ordinal)];

    /// <summary>Writes a checkpoint, points <c>checkpoint_last</c> and <c>checkpoint_best</c> to it, and removes those that are not to be kept.</summary>
    /// <param name="state">The state without file hashes.</param>
    /// <param name="writeTensors">Writes the other files into the folder that it is given.</param>
    /// <returns>The checkpoint's folder.</returns>
    public string Save(CheckpointState state, Action<string> writeTensors)
    {
        var target = Path.Combine(_folder, NameOf(state.Update));
        if (!Directory.Exists(target))
        {
            var partial = Path.Combine(_folder, $".{NameOf(state.Update)}.partial");
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            Directory.CreateDirectory(partial);
            writeTensors(partial);
            var hashes = Directory.GetFiles(partial).ToDictionary(f => Path.GetFileName(f), Hash);
            AtomicFile.WriteAllText(Path.Combine(partial, StateFile), JsonSerializer.Serialize(state with { Files = hashes }, s_json));
            Directory.Move(partial, target);
        }
        if (!_config.NoLastCheckpoints)
            Point("checkpoint_last", target);
        if (state.BestUpdate == state.Update)
            Point("checkpoint_best", target);
        Prune(state);
        return target;
    }

    /// <summary>The newest checkpoint that can be read, or null when there is none at all; damaged ones are told of and passed over.</summary>
    /// <exception cref="UserException">There are checkpoints, and none can be read.</exception>
    public (string Folder, CheckpointState State)? Newest(Action<string>? notice)
    {
        var fault = "";
        var folders = Folders();
        foreach (var folder in folders)
        {
            try
            {
                return (folder, Read(folder));
            }
            catch (UserException e)
            {
                fault = e.Message;
                notice?.Invoke($"{e.Message}; trying the checkpoint before it");
            }
        }
        return folders.Count == 0 ? null : throw PretrainingFaults.NoUsableCheckpoint(_folder, fault);
    }

    /// <summary>Reads and verifies one checkpoint's state.</summary>
    /// <exception cref="UserException">Damaged.</exception>
    public static CheckpointState Read(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        CheckpointState? state;
        try
        {
            state = JsonSerializer.Deserialize<CheckpointState>(File.ReadAllText(path), s_json);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw PretrainingFaults.DamagedCheckpoint(path, e.Message);
        }
        if (state is null || state.Format != CheckpointState.CurrentFormat)
            throw PretrainingFaults.DamagedCheckpoint(path, $"format {state?.Format}");
        foreach (var (name, hash) in state.Files)
        {
            var file = Path.Combine(folder, Path.GetFileName(name));
            if (!File.Exists(file))
                throw PretrainingFaults.DamagedCheckpoint(file, "no such file");
            if (Hash(file) != hash)
                throw PretrainingFaults.DamagedCheckpoint(file, "content that is not what was written");
        }
        return state;
    }

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // fairseq: keep_interval_updates and keep_last_epochs count from the newest; the best and the last always stay.
    private void Prune(CheckpointState newest)
    {
        int intervals = 0, epochs = 0;
        foreach (var folder in Folders())
        {
            var state = ReadReason(folder);
            if (state is null || state.Update == newest.Update || state.Update == newest.BestUpdate)
            {
                Count(state?.Reason);
                continue;
            }
            Count(state.Reason);
            var excess = state.Reason switch
            {
                "interval" => _config.KeepIntervalUpdates >= 0 && intervals > Math.Max(1, _config.KeepIntervalUpdates),
                "epoch" => _config.KeepLastEpochs >= 0 && epochs > Math.Max(1, _config.KeepLastEpochs),
                _ => true, // a "last" one has done its duty when the next is there
            };
            if (excess)
                Directory.Delete(folder, recursive: true);
        }

        void Count(string? reason)
        {
            intervals += reason == "interval" ? 1 : 0;
            epochs += reason == "epoch" ? 1 : 0;
        }
    }

    private static CheckpointState? ReadReason(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointState>(File.ReadAllText(Path.Combine(folder, StateFile)), s_json);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null; // damaged: left for a person to look at
        }
    }

    // a relative link, renamed into place: the run folder can be moved, and the name never points nowhere
    private void Point(string name, string target)
    {
        if (OperatingSystem.IsWindows())
            return; // links need a privilege there; the newest folder is the last one all the same
        var temporary = Path.Combine(_folder, $".{name}.partial");
        if (Path.Exists(temporary) || new FileInfo(temporary).LinkTarget is not null)
            File.Delete(temporary);
        Directory.CreateSymbolicLink(temporary, Path.GetFileName(target));
        if (Rename(temporary, Path.Combine(_folder, name)) != 0)
            throw new IOException($"cannot rename {temporary}");
    }

    // File.Move refuses a link to a folder
    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Rename(string from, string to);
}
