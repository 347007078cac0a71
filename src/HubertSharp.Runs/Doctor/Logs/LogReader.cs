using HubertSharp.Runs.Doctor.Logs.Parsers;
using HubertSharp.Runs.Doctor.Logs.TensorBoard;

namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// Reads a training log of any of the known toolkits in a stream and in constant memory. Which toolkit wrote it shows line by line,
/// so that foreign lines, other processes' lines and damaged lines in between do no harm.
/// </summary>
/// <remarks>Memory: at most 0 bytes per byte of the file, and 24 MiB.</remarks>
internal sealed class LogReader
{
    private readonly LogHints _hints = new();
    private readonly JsonLineParser _json = new();
    private readonly FairseqTextParser _fairseq = new();
    private readonly EspnetParser _espnet = new();
    private readonly IcefallParser _icefall = new();
    private readonly LightningTextParser _lightning = new();
    private readonly WenetParser _wenet = new();
    private readonly PlainTextParser _plain = new();
    private readonly TransformersParser _transformers;
    private readonly SpeechBrainParser _speechBrain;
    private readonly SeriesBuilder _builder;
    private readonly Dictionary<LogFormat, long> _lines = [];
    private readonly CancellationToken _cancellation;
    private CsvLog? _csv;
    private bool _began;
    private int _damaged;
    private long _foreign; // lines that no parser knows: in a log of ours they are damaged ones

    private LogReader(CancellationToken cancellation = default)
    {
        _cancellation = cancellation;
        _builder = new SeriesBuilder(_hints);
        _transformers = new TransformersParser(_hints);
        _speechBrain = new SpeechBrainParser(_hints);
    }

    /// <summary>Reads log files that follow each other.</summary>
    /// <param name="files">Oldest first.</param>
    /// <param name="configuration">A configuration file beside the log, for what the log does not say.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="UserException">A file that cannot be read, or no metrics in any.</exception>
    public static MetricsSeries Read(IReadOnlyList<string> files, string? configuration = null, CancellationToken cancellation = default)
    {
        var reader = new LogReader(cancellation);
        if (configuration is not null)
            reader.ReadConfiguration(configuration);
        foreach (var file in files)
            reader.ReadFile(file);
        return reader.Finish(files);
    }

    /// <summary>Reads a TensorBoard folder's event files.</summary>
    /// <exception cref="UserException">Damaged from the start, or no metrics in them.</exception>
    public static MetricsSeries ReadEvents(IReadOnlyList<string> files, string? configuration = null)
    {
        var reader = new LogReader();
        if (configuration is not null)
            reader.ReadConfiguration(configuration);
        var unit = new TensorBoardLog(reader._builder).Read(files);
        return reader._builder.IsEmpty
            ? throw DoctorFaults.NoMetrics(files[0])
            : reader._builder.Build(LogFormat.TensorBoard, unit, 0, files);
    }

    private void ReadFile(string path)
    {
        using var lines = new LogLines(path, _cancellation);
        var first = true;
        while (lines.TryNext(out var line))
        {
            if (first && line.Length > 0)
            {
                if (Path.GetFileName(path) != "metrics.jsonl") // there it is one damaged line
                    RefuseForeign(path, line);
                first = false;
            }
            ReadLine(line);
        }
        _damaged += lines.IsDamaged ? 1 : 0;
        _foreign += lines.Skipped;
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        if (!_began && line.Trim(" \t"u8).Length > 0)
        {
            _began = true;
            _csv = CsvLog.Begin(line);
        }
        if (_csv is not null)
        {
            foreach (var row in _csv.Parse(line))
                Take(_csv.IsLightning ? LogFormat.Lightning : LogFormat.Csv, row);
        }
        else if (_json.Parse(line) is { } json)
            Take(LogFormat.FairseqJson, json);
        else if (line.IndexOf("epoch"u8) >= 0
            && (Both(LogFormat.Espnet, _espnet.Parse(line)) || Both(LogFormat.SpeechBrain, _speechBrain.Parse(line))))
            return;
        else if (_fairseq.Parse(line) is { } text)
            Take(LogFormat.FairseqText, text);
        else if (_icefall.Parse(line) is { } icefall)
            Take(LogFormat.Icefall, icefall);
        else if (_lightning.Parse(line) is { } lightning)
            Take(LogFormat.Lightning, lightning);
        else if (_transformers.Parse(line) is { } transformers)
            Take(LogFormat.Transformers, transformers);
        else if (_wenet.Parse(line) is { } wenet)
            Take(LogFormat.Wenet, wenet);
        else if (_lines.Keys.All(f => f == LogFormat.PlainText) && _plain.Parse(line) is { } plain)
            Take(LogFormat.PlainText, plain); // beside a toolkit's own lines such a line is somebody's comment
        else
        {
            _foreign += line.Trim(" \t"u8).Length > 0 ? 1 : 0;
            _hints.Read(line);
        }
    }

    private bool Both(LogFormat format, (LogSample? First, LogSample? Second) samples)
    {
        if (samples.First is not null)
            Take(format, samples.First);
        if (samples.Second is not null)
            Take(format, samples.Second);
        return samples.First is not null || samples.Second is not null;
    }

    private void Take(LogFormat format, LogSample sample)
    {
        _lines[format] = _lines.GetValueOrDefault(format) + 1;
        _builder.Add(sample);
    }

    private MetricsSeries Finish(IReadOnlyList<string> files)
    {
        if (_builder.IsEmpty)
            throw _json.Broken > 0 ? DoctorFaults.OnlyBroken(files[^1], _json.Broken) : DoctorFaults.NoMetrics(files[^1]);
        var format = _lines.MaxBy(l => l.Value).Key;
        if (format == LogFormat.FairseqJson && _json.HasOwnTags)
            format = LogFormat.HubertSharp;
        var unit = format switch
        {
            LogFormat.HubertSharp or LogFormat.FairseqJson or LogFormat.FairseqText => "bits",
            LogFormat.Csv or LogFormat.PlainText => "unknown",
            _ => "nats",
        };
        var broken = format == LogFormat.HubertSharp ? (int)Math.Min(_foreign, int.MaxValue / 2) : _json.Broken + (_csv?.Broken ?? 0);
        return _builder.Build(format, unit, broken + _damaged, files);
    }

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
