using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// icefall's training log: <c>... INFO [pretrain.py:610] (0/8) Epoch 1, batch 650, loss[loss=4.2, loss_m_0=4.1, ..., over 9000.00 frames.
/// ], tot_loss[...], batch size: 43, lr: 1.10e-02, grad_scale: 8.0</c> and <c>Epoch 1, validation: loss=..., over ... frames.</c>. Every
/// value but the frames is divided by the masked frames; nats.
/// </summary>
internal sealed class IcefallParser : ILogParser
{
    private static readonly LogFormat s_format = new("icefall")
    {
        Title = ("a log of icefall", "icefall 日志"),
        IsOneBatch = true,
        HasOwnRates = true,
    };

    private readonly NameTable _window = new(LineKind.Window);
    private readonly NameTable _valid = new(LineKind.Valid);
    private double? _gradientNorm;
    private (long Epoch, long Batch) _last = (0, -1);

    public LogFormat Format => s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        var norms = line.IndexOf("grad-norm quartiles "u8);
        if (norms >= 0)
        {
            _gradientNorm = Median(line[(norms + "grad-norm quartiles "u8.Length)..]);
            return null;
        }
        var at = line.IndexOf("Epoch "u8);
        if (at < 0 || !Utf8Parser.TryParse(line[(at + 6)..], out long epoch, out var digits) || epoch is < 0 or > 1_000_000_000)
            return null;
        var rest = line[(at + 6 + digits)..];
        if (rest.StartsWith(", batch "u8))
            return Window(rest[", batch "u8.Length..], epoch);
        return rest.StartsWith(", validation"u8) && rest.IndexOf(": "u8) is >= 0 and var colon ? Valid(rest[(colon + 2)..], epoch) : null;
    }

    private LogSample? Window(ReadOnlySpan<byte> text, long epoch)
    {
        var open = text.IndexOf("loss["u8);
        if (open < 0 || !Utf8Parser.TryParse(text, out long batch, out _) || batch is < 0 or > 1_000_000_000_000)
            return null;
        if (_last == (epoch, batch))
            return null; // the same batch from another process, or from the root logger
        var inside = text[(open + 5)..];
        var close = inside.IndexOf((byte)']');
        if (close < 0)
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", Position = (epoch, batch + 1) };
        KeyValues.ReadCommas(inside[..close], _window, sample);
        if (!sample.HasMetrics)
            return null;
        _last = (epoch, batch);
        if (After(inside[close..], " lr: "u8) is { } rate)
            sample.Point[Metric.LearningRate] = rate;
        if (After(inside[close..], "grad_scale: "u8) is { } scale)
            sample.Point[Metric.LossScale] = scale;
        sample.Point[Metric.GradientNorm] = _gradientNorm;
        return Finish(sample, inside[..close]);
    }

    private LogSample? Valid(ReadOnlySpan<byte> text, long epoch)
    {
        var sample = new LogSample { Kind = LineKind.Valid, Tag = "valid", Position = (epoch, Math.Max(1, _last.Batch + 1)) };
        KeyValues.ReadCommas(text, _valid, sample);
        return sample.HasMetrics ? Finish(sample, text) : null;
    }

    private static LogSample Finish(LogSample sample, ReadOnlySpan<byte> text)
    {
        var point = sample.Point;
        if (point[Metric.CountUnmasked] is > 0 and var unmasked && point.AccuracyUnmasked is { } correct)
            point[Metric.AccuracyUnmasked] = correct / unmasked; // both were divided by the masked frames
        point[Metric.CountUnmasked] = null;
        var over = text.LastIndexOf("over "u8);
        point[Metric.CountMasked] = over >= 0 && LogNumber.TryParse(text[(over + 5)..], out var frames) ? frames : null;
        return sample;
    }

    private static double? After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key) =>
        text.IndexOf(key) is >= 0 and var at && LogNumber.TryParse(text[(at + key.Length)..], out var value) ? value : null;

    // "2.485e-02 3.150e-02 3.570e-02 4.058e-02 1.745e+00, threshold=": minimum, quartiles, maximum
    private static double? Median(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < 2; i++)
        {
            var space = text.IndexOf((byte)' ');
            if (space < 0)
                return null;
            text = text[(space + 1)..];
        }
        return LogNumber.TryParse(text, out var median) ? median : null;
    }
}
