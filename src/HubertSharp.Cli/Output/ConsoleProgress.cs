using System.Globalization;
using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Output;

/// <summary>
/// One stage's progress on standard error with rate and time left: a line that rewrites itself on a terminal, a plain line
/// every few seconds elsewhere. Reports may come from any thread and as often as they like.
/// </summary>
internal sealed class ConsoleProgress : IProgress<StageProgress>, IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string _title;
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly int _terminalWidth;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private StageProgress _latest;
    private TimeSpan _lastShown = TimeSpan.Zero;
    private int _shownLength;
    private bool _disposed;

    private ConsoleProgress(string title, long total, string unit, TextWriter output, bool isTerminal, TimeProvider clock)
    {
        _title = PrintableText.Of(title);
        _output = output;
        _isTerminal = isTerminal;
        _terminalWidth = isTerminal && ReferenceEquals(output, Terminal.Live) ? Console.WindowWidth : 0;
        _clock = clock;
        _started = clock.GetTimestamp();
        _latest = new StageProgress(0, total, unit);
    }

    /// <summary>The same of work that several processes share: one of them shows it, the others have none.</summary>
    public static ConsoleProgress? Start(Replicas replicas, string title, string unit = "") =>
        replicas.Writes ? Start(title, unit: unit) : null;

    /// <summary>Starts the clock; dispose it to close the line. A total of 0 means that it is not known yet.</summary>
    public static ConsoleProgress Start(string title, long total = 0, string unit = "") =>
        Start(title, total, unit, Terminal.Live, !Console.IsErrorRedirected, TimeProvider.System);

    /// <summary>The same with the terminal and the time given, for tests.</summary>
    public static ConsoleProgress Start(string title, long total, string unit, TextWriter output, bool isTerminal, TimeProvider clock) =>
        new(title, total, unit, output, isTerminal, clock);

    public void Report(long done)
    {
        lock (_lock)
            Show(_latest with { Done = done });
    }

    public void Report(StageProgress value)
    {
        lock (_lock)
            Show(value);
    }

    /// <summary>Writes a line of its own above the progress, for a notice in the middle of a stage.</summary>
    public void WriteLine(string text)
    {
        lock (_lock)
        {
            Clear();
            _output.WriteLine(PrintableText.Message(text));
        }
    }

    /// <summary>Takes the line away, because something is printed; the next report brings it back.</summary>
    public void MakeRoom()
    {
        lock (_lock)
            Clear();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            Clear();
            if (_latest.Done > 0)
                _output.WriteLine(Closing(_latest, _clock.GetElapsedTime(_started)));
        }
    }

    private void Show(StageProgress value)
    {
        _latest = value;
        var elapsed = _clock.GetElapsedTime(_started);
        if (_disposed || elapsed - _lastShown < (_isTerminal ? TerminalInterval : PlainInterval))
            return;
        _lastShown = elapsed;
        var line = Line(value, elapsed);
        if (_isTerminal)
        {
            if (_terminalWidth > 0 && line.Length >= _terminalWidth)
                line = line[..(_terminalWidth - 1)]; // a wrapped line cannot rewrite itself
            _output.Write($"\r{line.PadRight(_shownLength)}");
            _shownLength = line.Length;
        }
        else
        {
            _output.WriteLine(line);
        }
    }

    private void Clear()
    {
        if (_shownLength == 0)
            return;
        _output.Write($"\r{new string(' ', _shownLength)}\r");
        _shownLength = 0;
    }

    private string Line(StageProgress value, TimeSpan elapsed)
    {
        var rate = value.Done / Math.Max(elapsed.TotalSeconds, 1e-9);
        var text = value.Total > 0
            ? $"{_title}: {Count(value.Done)} of {Count(value.Total)} {value.Unit} ({100.0 * value.Done / value.Total:0}%), "
                + $"{Counted.Measured(rate)} {value.Unit}/s"
            : $"{_title}: {Count(value.Done)} {value.Unit}, {Counted.Measured(rate)} {value.Unit}/s";
        return value.Total > value.Done && rate > 0
            ? $"{text}, {Duration(TimeSpan.FromSeconds(Math.Min((value.Total - value.Done) / rate, 1e9)))} left"
            : text;
    }

    private string Closing(StageProgress value, TimeSpan elapsed)
    {
        var rate = value.Done / Math.Max(elapsed.TotalSeconds, 1e-9);
        var count = value.Total > value.Done ? $"{Count(value.Done)} of {Count(value.Total)}" : Count(value.Done);
        return $"{_title}: {count} {value.Unit} in {Duration(elapsed)}, {Counted.Measured(rate)} {value.Unit}/s";
    }

    private static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>
    /// A duration in the two units that matter: <c>0.8 s</c>, <c>42 s</c>, <c>3 min 20 s</c>, <c>5 h 02 min</c>, <c>3 d 4 h</c>.
    /// </summary>
    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => $"{time.TotalSeconds:0.0} s",
        { TotalSeconds: < 60 } => $"{time.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes:00} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };
}
