using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// The folder of one run, the only contract between the programs: <c>config.yaml</c>, <c>environment.json</c>,
/// <c>labels.json</c>, append-only <c>metrics.jsonl</c>, <c>log.txt</c>, <c>checkpoints/update_000010000/</c>, <c>bad_batches/</c>,
/// <c>samples/valid.json</c>, <c>report.html</c>.
/// </summary>
public sealed partial class RunFolder
{
    private RunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The resolved configuration.</summary>
    public string ConfigPath => At("config.yaml");

    /// <summary>Machine and versions, one entry per start.</summary>
    public string EnvironmentPath => At("environment.json");

    /// <summary>What the label check found, for whoever reads the loss later.</summary>
    public string LabelsPath => At("labels.json");

    /// <summary>One JSON object per log line, fairseq's key names.</summary>
    public string MetricsPath => At("metrics.jsonl");

    public string LogPath => At("log.txt");

    /// <summary>Held by the process that trains here.</summary>
    public string LockPath => At(".lock");

    public string CheckpointsPath => At("checkpoints");

    /// <summary>Batches of updates that were skipped because something was not finite.</summary>
    public string BadBatchesPath => At("bad_batches");

    /// <summary>What the model predicted for some validation utterances.</summary>
    public string SamplesPath => At("samples/valid.json");

    public string ReportPath => At("report.html");

    /// <summary>Makes the folder, or takes one that is there.</summary>
    /// <exception cref="UserException">It cannot be made, or is a file.</exception>
    public static RunFolder Create(string path)
    {
        try
        {
            var full = System.IO.Path.GetFullPath(path);
            DiskSync.CreateFolder(full);
            return new RunFolder(full);
        }
        catch (IOException e) when (System.IO.File.Exists(path))
        {
            throw RunFaults.NotAFolder(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(path, e);
        }
    }

    /// <summary>Takes a folder that a run has written to.</summary>
    /// <exception cref="UserException">No such folder, or neither <c>config.yaml</c> nor <c>metrics.jsonl</c> in it.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(folder.Path))
            throw RunFaults.NoFolder(path);
        return File.Exists(folder.MetricsPath) || File.Exists(folder.ConfigPath) ? folder : throw RunFaults.NoRun(path);
    }

    /// <summary>The folder's name of whatever belongs to one update, its checkpoint above all.</summary>
    public static string NameOf(long update) => $"update_{update.ToString("D9", CultureInfo.InvariantCulture)}";

    /// <summary>Where the checkpoint of an update lies.</summary>
    public string CheckpointPath(long update) => System.IO.Path.Combine(CheckpointsPath, NameOf(update));

    /// <summary>Whole checkpoints by ascending update. A folder without <c>state.json</c> was never finished and is not one.</summary>
    public IReadOnlyList<(long Update, string Path)> Checkpoints() => !Directory.Exists(CheckpointsPath) ? [] :
    [
        .. Directory.EnumerateDirectories(CheckpointsPath, "update_*")
            .Select(d => (Match: CheckpointName().Match(System.IO.Path.GetFileName(d)), Path: d))
            .Where(c => c.Match.Success && File.Exists(System.IO.Path.Combine(c.Path, CheckpointFiles.State)))
            .Select(c => (long.Parse(c.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), c.Path))
            .OrderBy(c => c.Item1),
    ];

    private string At(string name) => System.IO.Path.Combine(Path, name);

    [GeneratedRegex(@"\Aupdate_(\d{9,18})\z")]
    private static partial Regex CheckpointName();
}
