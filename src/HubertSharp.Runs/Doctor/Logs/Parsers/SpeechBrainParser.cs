using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// SpeechBrain's <c>train_log.txt</c>, one line per epoch: <c>epoch: 3, lr_model: 1.00e+00 - train loss: 2.41 - valid loss: 2.17, valid
/// CER: 38.2, valid WER: 71.5</c>, in some recipes with <c>steps: 3000</c>. Without these its updates can only be assumed.
/// </summary>
internal sealed class SpeechBrainParser(LogHints hints) : ILogParser
{
    private static readonly LogFormat s_format = new("speech_brain")
    {
        Title = ("a log of SpeechBrain", "SpeechBrain 日志"),
        UsualObjective = TrainingObjective.Other,
    };

    private const int LongestLine = 1 << 12;
    private readonly NameTable _names = new();

    public LogFormat Format => s_format;

    /// <summary>A line gives its epoch's training and its validation.</summary>
    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine
            || !line.StartsWith("epoch: "u8)
            || line.IndexOf(" - train "u8) < 0
            || !Utf8Parser.TryParse(line["epoch: "u8.Length..], out long epoch, out _)
            || epoch is < 1 or > 1_000_000_000)
            return null;
        var first = new LogSample { Kind = LineKind.Epoch, Tag = "train", Update = epoch * LogHints.AssumedEpoch };
        var second = new LogSample { Kind = LineKind.Valid, Tag = "valid", Update = first.Update };
        var steps = false;
        while (line.Length > 0)
        {
            var comma = line.IndexOf((byte)',');
            var dash = line.IndexOf(" - "u8);
            var end = comma < 0 ? dash : dash < 0 ? comma : Math.Min(comma, dash);
            var pair = end < 0 ? line : line[..end];
            line = end < 0 ? default : line[(end + (end == dash ? 3 : 1))..];
            if (pair.LastIndexOf(": "u8) is not (> 0 and var colon) || !LogNumber.TryParse(pair[(colon + 2)..], out var value))
                continue;
            var key = pair[..colon].Trim((byte)' ');
            if (key.SequenceEqual("steps"u8) && value is >= 1 and < 1e15)
                (steps, first.Update, second.Update) = (true, (long)value, (long)value);
            else
                (key.StartsWith("valid "u8) ? second : first).Set(_names.Find(key), value);
        }
        if (!steps)
            hints.Assume(LogHints.AssumedEpoch, "epoch");
        return ILogParser.Both(first.HasMetrics ? first : null, second.HasMetrics ? second : null);
    }
}
