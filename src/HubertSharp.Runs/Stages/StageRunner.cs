using System.Diagnostics;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

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
    private readonly RunLock _lock;

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
        try
        {
            Directory.CreateDirectory(StampFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFaults.Of(_folder, e);
        }
        _lock = RunLock.Take(Path.Combine(StampFolder, StageFolders.LockFile),
            e => UserException.Create(
                "another pipeline works in this folder", _folder, next: "wait for it, or choose another --out", cause: e));
    }

    private string StampFolder => StageFolders.StampFolder(_folder);

    /// <summary>Runs the stage, or leaves it out; returns whether it ran.</summary>
    public bool Run(Stage stage, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        cancellation.ThrowIfCancellationRequested();
        var inputs = stage.Inputs();
        var stampPath = StampPath(stage.Name);
        var stamp = StageStamp.TryRead(stampPath);
        var contents = new StageContents(_folder, stage);
        if (Reason(stage, stamp, inputs) is not { } reason)
        {
            contents.Adopt(stamp!);
            _say($"{stage.Name}: up to date");
            return false;
        }

        var goesOn = false;
        if (contents.IsThere && stage.Obstacle is not null)
        {
            var obstacle = _forced.Contains(stage.Name)
                ? contents.AskOnly()
                : stage.Obstacle(stamp is not null && stamp.ChangedFrom(inputs) is null);
            goesOn = obstacle is null;
            if (!goesOn)
                _say($"{stage.Name}: what is there is kept as {contents.MoveAside()}: {obstacle}");
        }
        else if (contents.IsThere)
        {
            foreach (var (was, now) in contents.Clear(stamp))
                _say($"{stage.Name}: {was} was changed by hand; it is kept as {now}");
        }
        Directory.CreateDirectory(stage.Folder);
        _say($"{stage.Name}:{reason.Say(goesOn)}");
        var secondsBefore = goesOn ? stamp?.Seconds ?? 0 : 0;
        var begun = new StageStamp { Inputs = inputs.Values, Seconds = secondsBefore };
        begun.Write(stampPath);
        contents.Begin();

        var started = Stopwatch.GetTimestamp();
        double Seconds() => secondsBefore + Stopwatch.GetElapsedTime(started).TotalSeconds;
        try
        {
            var outputs = Fingerprints(stage.Run(cancellation));
            contents.End(outputs);
            (begun with { Seconds = Seconds(), Outputs = outputs }).Write(stampPath);
        }
        catch
        {
            contents.EndIfPossible();
            if (stage.Obstacle is not null && cancellation.IsCancellationRequested)
                (begun with { Seconds = Seconds() }).Write(stampPath);
            throw;
        }
        return true;
    }

    /// <summary>The time that a complete stage took, over all its runs.</summary>
    public TimeSpan Duration(string stage) => TimeSpan.FromSeconds(StageStamp.TryRead(StampPath(stage))?.Seconds ?? 0);

    public void Dispose() => _lock.Dispose();

    /// <summary>Why a stage runs, in words.</summary>
    /// <param name="Again">Before the reason: <c>runs again</c>; empty for the first time.</param>
    /// <param name="Why">The reason; may be empty.</param>
    private sealed record RunReason(string Again, string Why)
    {
        public string Say(bool goesOn) => (goesOn, Again, Why) switch
        {
            (false, "", _) => "",
            (true, "", _) => " goes on from what is there",
            (true, "begins again", _) => " goes on",
            var (_, again, why) => $" {(goesOn ? "goes on" : again)}, {why}",
        };
    }

    /// <summary>Why the stage has to run, or null when it does not.</summary>
    private RunReason? Reason(Stage stage, StageStamp? stamp, StageInputs inputs)
    {
        if (_forced.Contains(stage.Name))
            return new RunReason("runs again", "as asked");
        if (stamp is null)
            return new RunReason("", "");
        if (stamp.ChangedFrom(inputs) is { } change)
            return new RunReason("runs again", change);
        if (stamp.Outputs is null)
            return new RunReason("begins again", "it did not end");
        foreach (var (path, fingerprint) in stamp.Outputs)
        {
            var now = FileFingerprint.Of(Path.Combine(_folder, path));
            if (now != fingerprint)
                return new RunReason("runs again", now == "absent" ? $"{path} is gone" : $"{path} changed");
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

    private string StampPath(string stage) => StageFolders.StampPath(_folder, stage);
}
