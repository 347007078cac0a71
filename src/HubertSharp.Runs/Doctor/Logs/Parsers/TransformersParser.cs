using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Hugging Face transformers: the Trainer's console lines (<c>{'loss': 2.41, 'learning_rate': 0.0029, 'epoch': 1.07}</c>,
/// <c>{'eval_loss': 0.4, 'eval_wer': 0.31, ...}</c>), the <c>log_history</c> of its <c>trainer_state.json</c>, and the bars of its
/// wav2vec 2.0 example (<c>| loss: 4.6e+00| constrast_loss: 4.5e+00| ...</c>).
/// </summary>
internal sealed class TransformersParser(LogHints hints) : ILogParser
{
    private static readonly LogFormat s_format = new("transformers")
    {
        Title = ("a log of transformers", "transformers 日志"),
        UsualObjective = TrainingObjective.Other,
        MayLogShares = true,
    };

    private const int LongestLine = 1 << 14;

    /// <summary>The Trainer's own interval, for console lines that nothing else dates.</summary>
    private const int UsualInterval = 500;
    private readonly NameTable _names = new();
    private readonly byte[] _json = new byte[LongestLine];
    private LogSample? _entry;
    private bool _inHistory;
    private long _lines, _step, _total, _epochs;

    public LogFormat Format => s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine)
            return null;
        if (line.IndexOf("\"log_history\": ["u8) >= 0)
            _inHistory = true;
        else if (_inHistory)
            return History(line.Trim(" \t,"u8));
        else if (line.IndexOf("{'"u8) is >= 0 and var brace && line.IndexOf("'epoch': "u8) >= 0)
        {
            ReadPlan(line[..brace]); // the bar that it was written over
            return Console(line[brace..]);
        }
        else if (line.StartsWith("| loss: "u8) || line.StartsWith("| val_loss: "u8))
            return Bars(line);
        else
            ReadPlan(line);
        return null;
    }

    // One value per line, as json.dumps(indent=2) writes it.
    private LogSample? History(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("]"u8))
            _inHistory = false;
        else if (line.SequenceEqual("{"u8))
            _entry = New();
        else if (line.SequenceEqual("}"u8) && _entry is { } whole)
        {
            _entry = null;
            return Finish(whole, null);
        }
        else if (_entry is not null
            && line.StartsWith("\""u8)
            && line.IndexOf("\": "u8) is > 0 and var colon
            && LogNumber.TryParse(line[(colon + 3)..].Trim((byte)'"'), out var value))
            Set(_entry, line[1..colon], value);
        return null;
    }

    private LogSample? Console(ReadOnlySpan<byte> dictionary)
    {
        var json = _json.AsSpan(0, dictionary.Length);
        dictionary.Replace(json, (byte)'\'', (byte)'"');
        var sample = New();
        double? epoch = null;
        var pairs = new FlatJson(json);
        while (pairs.MoveNext())
        {
            if (pairs.Key.SequenceEqual("train_runtime"u8))
            {
                hints.Done();
                return null;
            }
            if (!LogNumber.TryParse(pairs.Value, out var value))
                continue;
            epoch = pairs.Key.SequenceEqual("epoch"u8) ? value : epoch;
            Set(sample, pairs.Key, value);
        }
        return pairs.IsComplete ? Finish(sample, epoch) : null;
    }

    private LogSample? Bars(ReadOnlySpan<byte> line)
    {
        var sample = New();
        while (line.Length > 0)
        {
            var bar = line.IndexOf((byte)'|');
            var pair = (bar < 0 ? line : line[..bar]).Trim((byte)' ');
            line = bar < 0 ? default : line[(bar + 1)..];
            if (pair.IndexOf(": "u8) is > 0 and var colon && LogNumber.TryParse(pair[(colon + 2)..], out var value))
                Set(sample, pair[..colon], value);
        }
        return Finish(sample, null);
    }

    private void Set(LogSample sample, ReadOnlySpan<byte> key, double value)
    {
        if (key.SequenceEqual("step"u8))
        {
            sample.Update = value is >= 0 and < 1e15 ? (long)value : null;
            return;
        }
        var name = _names.Find(key);
        sample.Set(name, value);
    }

    private LogSample? Finish(LogSample sample, double? epoch)
    {
        if (!sample.HasMetrics)
            return null;
        var point = sample.Point;
        if (sample.HasOwnMetrics && sample.Kind == LineKind.Window)
        {
            // The Trainer leaves losses that are not finite out of its mean: with none left it says 0.
            if (point.Loss == 0
                && point.GradientNorm is null or 0 or double.NaN
                && (point[Metric.ContrastiveLoss] ?? point[Metric.CodePerplexity] ?? point.Perplexity) is null) // a collapse is none
                point[Metric.Loss] = double.NaN;
            _lines++;
        }
        sample.Update ??= _step > 0 ? _step
            : epoch is > 0 and < 1e9 && _total > 0 && _epochs > 0 ? (long)Math.Round(epoch.Value * _total / _epochs)
            : Assumed();
        return sample;
    }

    private long Assumed()
    {
        hints.Assume(UsualInterval, "line");
        return Math.Max(1, _lines) * UsualInterval;
    }

    // "Total optimization steps = 15,000", "Num Epochs = 15", and the progress bar " 3%|# | 500/15000 [04:10<2:00:50, 2.0it/s]"
    private void ReadPlan(ReadOnlySpan<byte> line)
    {
        _total = Whole(line, "Total optimization steps = "u8) ?? _total;
        _epochs = Whole(line, "Num Epochs = "u8) ?? _epochs;
        if (line.IndexOf("%|"u8) < 0
            || line.LastIndexOf(" ["u8) is not (> 0 and var bracket)
            || line[..bracket].LastIndexOf((byte)'/') is not (> 0 and var slash))
            return;
        var start = line[..slash].LastIndexOf((byte)' ') + 1;
        if (!Utf8Parser.TryParse(line[start..slash], out long step, out var read)
            || start + read != slash
            || !Utf8Parser.TryParse(line[(slash + 1)..bracket], out long of, out _)
            || of < _total)
            return; // the bar of an evaluation is shorter
        (_step, _total) = (step, of);
    }

    private static long? Whole(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key)
    {
        if (line.IndexOf(key) is not (>= 0 and var at))
            return null;
        long number = 0;
        foreach (var c in line[(at + key.Length)..])
        {
            if (c == ',')
                continue;
            if (!char.IsAsciiDigit((char)c) || number > 1_000_000_000_000)
                break;
            number = (number * 10) + (c - '0');
        }
        return number > 0 ? number : null;
    }

    private static LogSample New() => new() { Kind = LineKind.Window, Tag = "train" };
}
