using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// ESPnet's <c>train.log</c>: <c>... INFO: 2epoch:train:1-100batch: iter_time=0.006, loss=50.873, acc_m=0.47, optim0_lr0=1e-4</c> and
/// <c>... INFO: 2epoch results: [train] loss=..., total_count=1000, [valid] loss=..., total_count=40</c>. Where the loss is a sum over
/// the masked frames of a batch (both its HuBERT models), it is divided by their logged number.
/// </summary>
internal sealed class EspnetParser : ILogParser
{
    private static readonly LogFormat s_format = new("espnet") { Title = ("a log of ESPnet", "ESPnet 日志"), HasSpecialClasses = false };

    /// <summary>No loss per frame in nats is larger: e^30 classes.</summary>
    private const double LargestLossPerFrame = 30;

    private readonly NameTable _window = new(LineKind.Window);
    private readonly NameTable _epoch = new(LineKind.Epoch);
    private readonly NameTable _valid = new(LineKind.Valid);

    public LogFormat Format => s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("epoch"u8) < 0)
            return null; // most lines: one search instead of two
        var at = line.IndexOf("epoch:train:"u8);
        if (at >= 0)
            return ILogParser.One(Window(line, at));
        at = line.IndexOf("epoch results: "u8);
        return at >= 0 ? Results(line, at) : null;
    }

    private LogSample? Window(ReadOnlySpan<byte> line, int at)
    {
        var rest = line[(at + "epoch:train:"u8.Length)..];
        var dash = rest.IndexOf((byte)'-');
        if (!TryEpoch(line[..at], out var epoch)
            || dash < 0
            || !Utf8Parser.TryParse(rest[(dash + 1)..], out long batch, out var digits)
            || batch is < 1 or > 1_000_000_000_000)
            return null;
        rest = rest[(dash + 1 + digits)..];
        var colon = rest.IndexOf(": "u8);
        if (!rest.StartsWith("batch:"u8) || colon < 0)
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", Position = (epoch, batch), CountsMicroBatches = true };
        KeyValues.ReadCommas(rest[(colon + 1)..], _window, sample);
        return Finish(sample);
    }

    private IReadOnlyList<LogSample>? Results(ReadOnlySpan<byte> line, int at)
    {
        if (!TryEpoch(line[..at], out var epoch))
            return null;
        var train = Section(line, "[train] "u8);
        if (train.Length == 0)
            return null;
        var first = new LogSample { Kind = LineKind.Epoch, Tag = "train", Position = (epoch, long.MaxValue), CountsMicroBatches = true };
        KeyValues.ReadCommas(train, _epoch, first);
        first.Update = first.Point[Metric.TotalCount] is >= 1 and < 1e15 and var count ? (long)count : null;
        var valid = Section(line, "[valid] "u8);
        if (valid.Length == 0)
            return ILogParser.One(Finish(first));
        var second = new LogSample
        {
            Kind = LineKind.Valid,
            Tag = "valid",
            Position = (epoch, long.MaxValue),
            CountsMicroBatches = true,
            Update = first.Update,
        };
        KeyValues.ReadCommas(valid, _valid, second);
        return ILogParser.Both(Finish(first), Finish(second));
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var at = line.IndexOf(name);
        if (at < 0)
            return default;
        var rest = line[(at + name.Length)..];
        var end = rest.IndexOf(", ["u8);
        return end < 0 ? rest : rest[..end];
    }

    private static LogSample? Finish(LogSample sample)
    {
        if (!sample.HasMetrics)
            return null;
        var point = sample.Point;
        if (point.Loss > LargestLossPerFrame && point[Metric.CtcLoss] is null && point[Metric.DecoderLoss] is null)
        {
            if (point.MaskedFrames is > 0 and var frames)
                point[Metric.Loss] = point.Loss / frames;
            else
                sample.LossIsSum = true;
        }
        if (point[Metric.WordErrorRate] is { } wer) // a share here, percent elsewhere
            point[Metric.WordErrorRate] = 100 * wer;
        if (point[Metric.UnitErrorRate] is { } cer)
            point[Metric.UnitErrorRate] = 100 * cer;
        return sample;
    }

    private static bool TryEpoch(ReadOnlySpan<byte> before, out long epoch)
    {
        var start = before.Length;
        while (start > 0 && before.Length - start < 9 && char.IsAsciiDigit((char)before[start - 1]))
            start--;
        return Utf8Parser.TryParse(before[start..], out epoch, out _) && epoch > 0;
    }
}
