using System.Text.RegularExpressions;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

/// <summary>Finds the log in a run's folder, and the older parts of a log that was rotated or begun anew.</summary>
internal static partial class LogFiles
{
    private const int MostRuns = 64;
    private const int MostFolders = 1000;
    private static readonly string[] Names = [RunFolder.MetricsName, "log.jsonl", "hydra_train.log", "train.log", "metrics.csv"];
    private static readonly string[] Configurations =
    [
        "config.yaml", Path.Combine(".hydra", "config.yaml"), "hparams.yaml", Path.Combine("..", "config.yaml"),
    ];

    /// <summary>The files of a log, oldest first; null where the folder holds none but perhaps TensorBoard events.</summary>
    public static IReadOnlyList<string>? InFolder(string folder)
    {
        if (Names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists) is { } named)
            return WithOlder(named);
        if (Icefall(folder) is { Count: > 0 } icefall)
            return icefall;
        // several versions are several runs
        if (Versions(folder).Concat(Versions(Path.Combine(folder, "lightning_logs")))
            .Select(v => Path.Combine(v, "metrics.csv")).Where(File.Exists).Take(2).ToList() is [var lightning])
            return [lightning];
        return Directory.GetFiles(folder, "*.log") is [var only] ? [only] : null;
    }

    /// <summary>
    /// The runs of a folder, oldest file first in each: the one that it is itself, or those in the folders below it; beside a run's own
    /// log its TensorBoard events say nothing new.
    /// </summary>
    /// <exception cref="UserException">More runs than a page of verdicts holds.</exception>
    public static IReadOnlyList<(string Folder, IReadOnlyList<string> Files, bool AreEvents)> Runs(string folder)
    {
        if (InFolder(folder) is { } own)
            return [(folder, own, false)];
        var runs = new List<(string Folder, IReadOnlyList<string> Files, bool AreEvents)>();
        Logs(folder, 0, runs);
        var taken = runs.Select(r => Path.GetFullPath(r.Folder) + Path.DirectorySeparatorChar).ToList();
        foreach (var events in TensorBoardLog.FindRuns(folder))
        {
            var place = Path.GetDirectoryName(Path.GetFullPath(events[0]))!;
            if (!taken.Exists(t => (place + Path.DirectorySeparatorChar).StartsWith(t, StringComparison.Ordinal)))
                runs.Add((PlaceOf(events, folder), events, true));
        }
        return runs.Count > MostRuns ? throw DoctorFaults.TooManyRuns(folder, MostRuns) : runs;
    }

    // events of several splits: the folder that holds them all
    private static string PlaceOf(IReadOnlyList<string> events, string root)
    {
        var folders = events.Select(e => Path.GetDirectoryName(e)!).Distinct(StringComparer.Ordinal).ToList();
        var place = folders.MinBy(f => f.Length)!;
        return folders.Count == 1 || folders.TrueForAll(f => f.StartsWith(place, StringComparison.Ordinal)) ? place
            : Path.GetDirectoryName(place) ?? root;
    }

    private static void Logs(string folder, int depth, List<(string Folder, IReadOnlyList<string> Files, bool AreEvents)> runs)
    {
        var logs = Directory.GetFiles(folder, "*.log").Where(l => !RotatedName().IsMatch(l)).Order(StringComparer.Ordinal).ToList();
        if (logs.Count > 1)
            runs.AddRange(logs.Select(l => (folder, WithOlder(l), false)));
        var below = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", below).Order(StringComparer.Ordinal).Take(MostFolders))
        {
            if (runs.Count > MostRuns)
                return;
            if (InFolder(inner) is { } files)
                runs.Add((inner, files, false));
            else if (depth < 2)
                Logs(inner, depth + 1, runs);
        }
    }

    /// <summary>
    /// The parts that rotation moved aside, oldest first, then the file: <c>train.log.2</c>, <c>train.log.1</c>, <c>train.log</c>, or
    /// ESPnet's <c>train.2.log</c>.
    /// </summary>
    public static IReadOnlyList<string> WithOlder(string path)
    {
        var (stem, extension) = (Path.ChangeExtension(path, null), Path.GetExtension(path));
        for (var style = 0; style < 2; style++)
        {
            var older = new List<string>();
            for (var i = 1; i <= 1000; i++)
            {
                var name = style == 0 ? $"{path}.{i}" : $"{stem}.{i}{extension}";
                if (!File.Exists(name))
                    break;
                older.Insert(0, name);
            }
            if (older.Count > 0)
                return [.. older, path];
        }
        return [path];
    }

    /// <summary>A configuration beside the log that is not this program's.</summary>
    public static string? Configuration(string folder) => Configurations.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    // log-train-2024-02-03-10-11-12 with one process, ...-12-0 for the first of several
    private static List<string> Icefall(string folder)
    {
        var files = new[] { folder, Path.Combine(folder, "log") }.Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "log-train-*"))
            .Select(f => (Path: f, Match: IcefallName().Match(Path.GetFileName(f)))).Where(f => f.Match.Success).ToList();
        return [.. files.Where(f => f.Match.Groups[1].Value is "" or "-0").OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => f.Path)];
    }

    private static string[] Versions(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder, "version_*") : [];

    [GeneratedRegex(@"\.\d+\.log\z")]
    private static partial Regex RotatedName();

    [GeneratedRegex(@"\Alog-train-\d{4}(?:-\d\d){5}(-\d+)?\z")]
    private static partial Regex IcefallName();
}
