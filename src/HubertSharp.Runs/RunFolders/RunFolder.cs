using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.RunFolders;

/// <summary>
/// The folder of one run, the only contract between the programs: <c>config.yaml</c>, <c>environment.json</c>,
/// <c>labels.json</c>, <c>data.json</c>, <c>transcripts.json</c>, append-only <c>metrics.jsonl</c>, <c>log.txt</c>,
/// <c>checkpoints/update_000010000/</c>,
/// <c>bad_batches/</c>, <c>samples/valid.json</c>, <c>worth.json</c>, <c>report.html</c>, and <c>ranks/</c> where several processes train.
/// </summary>
public sealed class RunFolder
{
    public const string ConfigName = "config.yaml";

    public const string EnvironmentName = "environment.json";

    public const string LabelsName = "labels.json";

    public const string DataName = "data.json";

    public const string TranscriptsName = "transcripts.json";

    /// <summary>What its checkpoints are worth, once that was measured.</summary>
    public const string WorthName = "worth.json";

    public const string MetricsName = "metrics.jsonl";

    public const string LogName = "log.txt";

    public const string CheckpointsName = "checkpoints";

    /// <summary>Folder with what a trained tokenizer makes of recordings, for the dashboard to show.</summary>
    public const string ReconstructionsName = "reconstructions";

    /// <summary>What the time of several processes went to.</summary>
    public const string RankTimesName = "ranks/times.jsonl";

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The resolved configuration.</summary>
    public string ConfigPath => At(ConfigName);

    /// <summary>Machine and versions, one entry per start.</summary>
    public string EnvironmentPath => At(EnvironmentName);

    /// <summary>What the label check found, for whoever reads the loss later.</summary>
    public string LabelsPath => At(LabelsName);

    /// <summary>How much of its manifest the run trains on.</summary>
    public string DataPath => At(DataName);

    /// <summary>What the check of a fine-tuning's transcripts found.</summary>
    public string TranscriptsPath => At(TranscriptsName);

    /// <summary>One JSON object per log line, fairseq's key names.</summary>
    public string MetricsPath => At(MetricsName);

    public string WorthPath => At(WorthName);

    /// <summary>What was measured of each checkpoint, so that it is measured once.</summary>
    public string WorthFolderPath => At("worth");

    public string LogPath => At(LogName);

    /// <summary>Held by the process that trains here.</summary>
    public string LockPath => At(".lock");

    public string CheckpointsPath => At(CheckpointsName);

    /// <summary>What stands where the checkpoints belong and is no folder (a disk that is not mounted); null when nothing does.</summary>
    public string? CheckpointsObstacle => SideFiles.Obstacle(CheckpointsPath, forFolder: true);

    /// <summary>Batches of updates that were skipped because something was not finite.</summary>
    public string BadBatchesPath => At("bad_batches");

    /// <summary>What the model predicted for some validation utterances.</summary>
    public string SamplesPath => At("samples/valid.json");

    public string RankTimesPath => At(RankTimesName);

    public string ReportPath => At("report.html");

    /// <summary>TensorBoard's events, unless <c>common.tensorboard_logdir</c> names another place.</summary>
    public string EventsPath => At("tensorboard");

    /// <summary>The files that a run writes beside its checkpoints, none of which it needs to go on.</summary>
    public IReadOnlyList<string> SidePaths =>
        [ConfigPath, EnvironmentPath, LabelsPath, DataPath, TranscriptsPath, MetricsPath, LogPath, SamplesPath, RankTimesPath];

    /// <summary>The folders among what a run writes beside its checkpoints.</summary>
    public IReadOnlyList<string> SideFolderPaths => [BadBatchesPath, At("samples"), EventsPath];

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
        return IsRun(folder.Path) ? folder : throw RunFaults.NoRun(path);
    }

    /// <summary>Whether a folder shows by itself that a run wrote it.</summary>
    public static bool IsOne(string path) =>
        IsRun(path) || CheckpointFiles.Whole(System.IO.Path.Combine(path, CheckpointsName)).Count > 0;

    /// <summary>Whether a folder belongs to a training: a run's, its folder of checkpoints, or one of them.</summary>
    public static bool IsOfTraining(string path) =>
        CheckpointFiles.IsWhole(path)
        || Directory.Exists(System.IO.Path.Combine(path, CheckpointsName))
        || CheckpointFiles.Folders(path).Count > 0;

    /// <summary>The run folder that a checkpoint lies in; null where it lies in none.</summary>
    public static RunFolder? OfCheckpoint(string checkpoint)
    {
        var checkpoints = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint))!;
        var run = System.IO.Path.GetDirectoryName(checkpoints);
        return System.IO.Path.GetFileName(checkpoints) == CheckpointsName && run is not null
            && File.Exists(System.IO.Path.Combine(run, MetricsName))
            ? new RunFolder(run)
            : null;
    }

    /// <summary>Where the checkpoint of an update lies.</summary>
    public string CheckpointPath(long update) => System.IO.Path.Combine(CheckpointsPath, CheckpointFiles.NameOf(update));

    /// <summary>Whole checkpoints by ascending update.</summary>
    public IReadOnlyList<(long Update, string Path)> Checkpoints() => CheckpointFiles.Whole(CheckpointsPath);

    private static bool IsRun(string path) => new RunFolder(path) is var folder
        && (File.Exists(folder.MetricsPath) || File.Exists(folder.ConfigPath));

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
