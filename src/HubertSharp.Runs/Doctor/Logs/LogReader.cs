using HubertSharp.Runs.Doctor.Logs.Parsers;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Reads a training log of any of the known toolkits in a stream and in constant memory. Which toolkit wrote it shows line by line,
/// so that foreign lines, other processes' lines and damaged lines in between do no harm.
/// </summary>
/// <remarks>Memory: at most 0 bytes per byte of the file, and 24 MiB; as much again for each further run in it, 32 at most.</remarks>
internal sealed class LogReader
{
    private const int MostRuns = 32;
    private readonly LogHints _hints = new();
    private readonly IReadOnlyList<ILogParser> _parsers;
    private readonly Dictionary<string, SeriesBuilder> _builders = new(StringComparer.Ordinal);
    private readonly Dictionary<ILogParser, long> _taken = []; // samples of each parser
    private readonly CancellationToken _cancellation;
    private bool _isOfToolkit;
    private bool _isDocument; // read as one piece of JSON
    private int _damaged;
    private long _foreign; // lines that no parser knows

    private LogReader(CancellationToken cancellation = default)
    {
        _cancellation = cancellation;
        _parsers = LogParsers.All(_hints);
    }

    /// <summary>Reads log files that follow each other.</summary>
    /// <param name="files">Oldest first.</param>
    /// <param name="configuration">A configuration file beside the log, for what the log does not say.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">A file that cannot be read, or no metrics in any.</exception>
    public static MetricsSeries Read(IReadOnlyList<string> files, string? configuration = null, CancellationToken cancellation = default)
    {
        var runs = ReadRuns(files, configuration, cancellation);
        return runs is [var (_, only)]
            ? only.IsNotesOnly ? throw DoctorFaults.NoMetrics(files[^1]) : only
            : throw DoctorFaults.SeveralRuns(files[^1], [.. runs.Select(r => r.Run)]);
    }

    /// <summary>Reads log files that may hold several runs, as a table with a column for each does.</summary>
    /// <returns>Each with its name, empty where the log gives none; a log of notes alone has no losses.</returns>
    /// <exception cref="UserException">A file that cannot be read, or nothing in any.</exception>
    public static IReadOnlyList<(string Run, MetricsSeries Series)> ReadRuns(
        IReadOnlyList<string> files, string? configuration = null, CancellationToken cancellation = default)
    {
        var reader = new LogReader(cancellation);
        if (configuration is not null)
            reader.ReadConfiguration(configuration);
        foreach (var file in files)
            reader.ReadFile(file);
        if (reader._builders.Count == 0 && files is [var only])
            reader.ReadDocument(only, ofTrainer: true);
        if (reader._builders.Count == 0 && IsOwn(files))
            reader.ReadNotes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(files[^1]))!, RunFolder.LogName));
        return reader.Finish(files);
    }

    /// <summary>Reads a TensorBoard folder's event files.</summary>
    /// <exception cref="UserException">Damaged from the start, or no metrics in them.</exception>
    public static MetricsSeries ReadEvents(IReadOnlyList<string> files, string? configuration = null)
    {
        var reader = new LogReader();
        if (configuration is not null)
            reader.ReadConfiguration(configuration);
        var builder = new SeriesBuilder(reader._hints);
        var unit = new TensorBoardLog(builder).Read(files);
        return builder.IsEmpty
            ? throw DoctorFaults.NoMetrics(files[0])
            : builder.Build(LogFormat.TensorBoard, unit, 0, files);
    }

    // lines of JSON are no JSON as a whole; the Trainer's state has lines of its own (and more to tell), unless it is one long line
    private bool ReadDocument(string path, bool ofTrainer = false)
    {
        if (LogLines.ReadWhole(path, "[{"u8, JsonTable.MaximumBytes) is not { } text
            || (!ofTrainer && text.AsSpan().IndexOf("\"log_history\""u8) >= 0))
            return false;
        return _isDocument = new JsonTable(_hints, sample => BuilderOf(sample.Run)?.Add(sample)).Read(text);
    }

    private void ReadFile(string path)
    {
        if (ReadDocument(path))
            return;
        using var lines = new LogLines(path, _cancellation);
        var first = true;
        while (lines.TryNext(out var line))
        {
            if (first && line.Length > 0)
            {
                if (Path.GetFileName(path) != RunFolder.MetricsName) // there it is one damaged line
                    RefuseForeign(path, line);
                first = false;
            }
            ReadLine(line);
        }
        _damaged += lines.IsDamaged ? 1 : 0;
        _foreign += lines.Skipped;
    }

    /// <summary>What a run of this program noted beside metrics that it has none of.</summary>
    private void ReadNotes(string path)
    {
        if (!File.Exists(path))
            return;
        using var lines = new LogLines(path, _cancellation);
        while (lines.TryNext(out var line))
            _hints.Notes.Read(line);
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        foreach (var parser in _parsers)
        {
            if ((parser.YieldsToOthers && _isOfToolkit) || parser.Parse(line) is not { } samples)
                continue;
            foreach (var sample in samples)
            {
                _taken[parser] = _taken.GetValueOrDefault(parser) + 1;
                _isOfToolkit |= !parser.YieldsToOthers;
                BuilderOf(sample.Run)?.Add(sample);
            }
            return;
        }
        _foreign += line.Trim(" \t"u8).Length > 0 ? 1 : 0;
        _hints.Read(line);
    }

    private SeriesBuilder? BuilderOf(string run)
    {
        if (!_builders.TryGetValue(run, out var builder) && _builders.Count < MostRuns)
            _builders[run] = builder = new SeriesBuilder(_hints);
        return builder;
    }

    private IReadOnlyList<(string Run, MetricsSeries Series)> Finish(IReadOnlyList<string> files)
    {
        var runs = _builders.Where(b => !b.Value.IsEmpty).ToList();
        if (runs.Count == 0)
            return _hints.Notes.AreAny && _parsers.All(parser => parser.Broken == 0)
                ? [("", SeriesBuilder.Notes(_hints, files, IsOwn(files) ? LogFormat.HubertSharp : LogFormat.Notes))]
                : throw _parsers.Select(parser => parser.Fault(files[^1])).FirstOrDefault(fault => fault is not null)
                    ?? DoctorFaults.NoMetrics(files[^1]);
        if (_isDocument)
            return [.. runs.Select(r => (r.Key, r.Value.Build(JsonTable.Format, JsonTable.Format.Unit, 0, files)))];
        var most = _taken.MaxBy(t => t.Value).Key;
        var broken = most.OwnsEveryLine ? (int)Math.Min(_foreign, int.MaxValue / 2) : _parsers.Sum(parser => parser.Broken);
        return [.. runs.Select(r => (r.Key, r.Value.Build(most.Format, most.Format.Unit, broken + _damaged, files)))];
    }

    private static bool IsOwn(IReadOnlyList<string> files) => Path.GetFileName(files[^1]) == RunFolder.MetricsName;

    private void ReadConfiguration(string path)
    {
        using var lines = new LogLines(path);
        for (var i = 0; i < 20_000 && lines.TryNext(out var line); i++)
            _hints.ReadConfiguration(line);
    }

    private static void RefuseForeign(string path, ReadOnlySpan<byte> start)
    {
        if (start[..Math.Min(start.Length, 4096)].Contains((byte)0))
            throw DoctorFaults.Binary(path);
    }
}
