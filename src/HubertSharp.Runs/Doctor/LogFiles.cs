using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor;

/// <summary>Finds the log in a run's folder, and the older parts of a log that was rotated or begun anew.</summary>
internal static partial class LogFiles
{
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
        var lightning = Versions(folder).Concat(Versions(Path.Combine(folder, "lightning_logs")))
            .Select(v => Path.Combine(v, "metrics.csv")).LastOrDefault(File.Exists);
        if (lightning is not null)
            return [lightning];
        return Directory.GetFiles(folder, "*.log") is [var only] ? [only] : null;
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

    private static IEnumerable<string> Versions(string folder) =>
        !Directory.Exists(folder) ? [] : Directory.GetDirectories(folder, "version_*")
            .OrderBy(v => int.TryParse(Path.GetFileName(v)["version_".Length..], NumberStyles.None, CultureInfo.InvariantCulture,
                out var number) ? number : -1);

    [GeneratedRegex(@"\Alog-train-\d{4}(?:-\d\d){5}(-\d+)?\z")]
    private static partial Regex IcefallName();
}
