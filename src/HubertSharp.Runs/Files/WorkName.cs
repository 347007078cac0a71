using System.Globalization;
using System.Text.RegularExpressions;

namespace HubertSharp.Runs.Files;

/// <summary>
/// Names of what is being written: <c>.partial-PROCESS-START-MACHINE-N-NAME</c> beside its place; the ending stays last, it tells what a
/// file is. The name tells which process writes it, so that what a dead one left is known, whatever killed it.
/// </summary>
public static partial class WorkName
{
    /// <summary>Half a result; removed when its process is dead.</summary>
    public const string Partial = "partial";

    /// <summary>A whole result that is being moved to its place, and must not be thrown away.</summary>
    public const string Whole = "whole";

    /// <summary>What changes places with the result.</summary>
    public const string Old = "old";

    private const int MostProcesses = 1 << 22; // PID_MAX_LIMIT
    private static readonly TimeSpan s_untouched = TimeSpan.FromDays(1);
    private static int _count;

    /// <summary>A new name beside a path.</summary>
    public static string Beside(string path, string kind = Partial)
    {
        var full = Path.GetFullPath(path);
        return In(Path.GetDirectoryName(full)!, Path.GetFileName(full), kind);
    }

    /// <summary>A new name in a folder.</summary>
    public static string In(string folder, string name, string kind = Partial) =>
        Path.Combine(folder, $".{kind}-{WritingProcess.Own}-{Interlocked.Increment(ref _count)}-{name}");

    public static bool IsOne(string path) => Pattern().IsMatch(Path.GetFileName(path));

    public static bool IsOwn(string path) => IsOne(path)
        && Path.GetFileName(path).Split('-', 2) is [_, var rest]
        && rest.StartsWith($"{WritingProcess.Own}-", StringComparison.Ordinal);

    /// <summary>The name of the place that something of a kind is meant for, or null when it is no such thing.</summary>
    public static string? PlaceOf(string path, string kind) =>
        Pattern().Match(Path.GetFileName(path)) is { Success: true } match && match.Groups["kind"].Value == kind
            ? match.Groups["name"].Value
            : null;

    /// <summary>Half a result whose process is dead.</summary>
    public static bool IsLeft(string path)
    {
        var name = Path.GetFileName(path);
        var match = Pattern().Match(name) is { Success: true } ours ? ours : BeforeStarts().Match(name);
        return match.Success && match.Groups["kind"].Value is "" or Partial && IsDead(path, match);
    }

    /// <summary>Whether the process that gave a thing its working name is dead.</summary>
    public static bool IsDead(string path) => Pattern().Match(Path.GetFileName(path)) is { Success: true } match && IsDead(path, match);

    private static bool IsDead(string path, Match match)
    {
        var process = long.Parse(match.Groups["process"].Value, CultureInfo.InvariantCulture);
        if (!match.Groups["machine"].Success)
            return process > MostProcesses || (!WritingProcess.IsThere(process) && IsUntouched(path));
        return match.Groups["machine"].Value == WritingProcess.Machine
            ? !WritingProcess.IsAlive(process, match.Groups["start"].Value)
            : IsUntouched(path); // of another machine, container or start of this machine: nobody here knows
    }

    private static bool IsUntouched(string path)
    {
        try
        {
            IEnumerable<FileSystemInfo> all = new DirectoryInfo(path) is { Exists: true } folder
                ? folder.EnumerateFileSystemInfos("*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Prepend(folder)
                : [new FileInfo(path)];
            return all.Max(entry => entry.LastWriteTimeUtc) < DateTime.UtcNow - s_untouched;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(
        @"\A\.(?<kind>partial|whole|old)-(?<process>\d{1,10})-(?<start>[0-9a-f]{1,16})-(?<machine>[0-9a-f]{8})-\d{1,10}-(?<name>.+)\z",
        RegexOptions.Singleline)]
    private static partial Regex Pattern();

    // as earlier versions named them
    [GeneratedRegex(@"\A(\.partial-(?<process>\d{1,10})-.+|(unpacked|download)\.(?<process>\d{1,10})\.partial)\z", RegexOptions.Singleline)]
    private static partial Regex BeforeStarts();
}
