using System.Diagnostics;

namespace HubertSharp.Runs.Stages;

/// <summary>
/// Runs stages one after the other in one folder and leaves out those whose inputs, settings and results are what they were.
/// A stage's stamp is written when it begins (inputs) and when it is complete (inputs and results), each whole or not at all, so
/// that it may be stopped at any moment.
/// </summary>
public sealed class StageRunner : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlySet<string> _forced;
    private readonly Action<string> _say;
    private readonly FileStream _lock;

    /// <summary>Takes the folder for this process alone.</summary>
    /// <param name="folder">The pipeline's folder; made when it is not there.</param>
    /// <param name="forced">Names of stages that run in any case.</param>
    /// <param name="say">Gets one line per stage.</param>
    /// <exception cref="UserException">Another process works in the folder, or it cannot be written.</exception>
    public StageRunner(string folder, IReadOnlySet<string> forced, Action<string> say)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = Path.GetFullPath(folder);
        _forced = forced;
        _say = say;
        Directory.CreateDirectory(StampFolder);
        try
        {
            _lock = new FileStream(Path.Combine(StampFolder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw UserException.Create("another pipeline works in this folder", _folder, next: "wait for it, or choose another --out", cause: e);
        }
    }

    private string StampFolder => Path.Combine(_folder, "stages");

    /// <summary>Runs the stage, or leaves it out; returns whether it ran.</summary>
    public bool Run(Stage stage, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        cancellation.ThrowIfCancellationRequested();
        var inputs = stage.Inputs();
        var stampPath = StampPath(stage.Name);
        var stamp = StageStamp.TryRead(stampPath);
        var reason = Reason(stage, stamp, inputs);
        if (reason is null)
        {
            _say($"{stage.Name}: up to date");
            return false;
        }

        var goesOn = stage.Continues && !_forced.Contains(stage.Name) && stamp is not null && stamp.ChangedFrom(inputs) is null;
        if (!goesOn && Directory.Exists(stage.Folder))
            Directory.Delete(stage.Folder, recursive: true);
        Directory.CreateDirectory(stage.Folder);
        _say(reason.Length > 0 ? $"{stage.Name}: {reason}" : $"{stage.Name}:");
        var secondsBefore = goesOn ? stamp!.Seconds : 0;
        var begun = new StageStamp { Inputs = inputs.Values, Seconds = secondsBefore };
        begun.Write(stampPath);

        var started = Stopwatch.GetTimestamp();
        double Seconds() => secondsBefore + Stopwatch.GetElapsedTime(started).TotalSeconds;
        try
        {
            var outputs = stage.Run(cancellation);
            (begun with { Seconds = Seconds(), Outputs = Fingerprints(outputs) }).Write(stampPath);
        }
        catch (OperationCanceledException) when (stage.Continues)
        {
            (begun with { Seconds = Seconds() }).Write(stampPath);
            throw;
        }
        return true;
    }

    /// <summary>The time that a complete stage took, over all its runs.</summary>
    public TimeSpan Duration(string stage) => TimeSpan.FromSeconds(StageStamp.TryRead(StampPath(stage))?.Seconds ?? 0);

    public void Dispose() => _lock.Dispose();

    /// <summary>Why the stage has to run ("" for the first time), or null when it does not.</summary>
    private string? Reason(Stage stage, StageStamp? stamp, StageInputs inputs)
    {
        if (_forced.Contains(stage.Name))
            return "runs again, as asked";
        if (stamp is null)
            return "";
        if (stamp.ChangedFrom(inputs) is { } change)
            return $"runs again, {change}";
        if (stamp.Outputs is null)
            return stage.Continues ? "goes on" : "begins again, it did not end";
        foreach (var (path, fingerprint) in stamp.Outputs)
        {
            var now = FileFingerprint.Of(Path.Combine(_folder, path));
            if (now != fingerprint)
                return now == "absent" ? $"runs again, {path} is gone" : $"runs again, {path} changed";
        }
        return null;
    }

    private SortedDictionary<string, string> Fingerprints(IReadOnlyList<string> paths)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
            result[Path.GetRelativePath(_folder, path)] = FileFingerprint.Of(path);
        return result;
    }

    private string StampPath(string stage) => Path.Combine(StampFolder, $"{stage}.json");
}
