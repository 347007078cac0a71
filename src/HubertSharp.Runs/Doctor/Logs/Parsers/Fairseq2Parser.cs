namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// fairseq2's recipes: <c>... Rank 0: Train Metrics (step 200) - CTC Loss: 5.8 | Gradient Norm: 0.8 | Learning Rate: 5e-05</c>, the same as
/// <c>Validation Metrics (step 1000)</c>, also with an epoch or the name of a split in the brackets. Their <c>train.jsonl</c> is read by
/// <see cref="StepJsonParser"/>.
/// </summary>
internal sealed class Fairseq2Parser : ILogParser
{
    /// <summary>fairseq2 trains wav2vec 2.0, CTC and language models: the names of its losses say which.</summary>
    public static LogFormat Fairseq2 { get; } = new("fairseq2")
    {
        Title = ("a log of fairseq2", "fairseq2 日志"),
        Unit = "unknown",
        UsualObjective = TrainingObjective.Other,
        HasSpecialClasses = false,
    };

    private readonly NameTable _train = new(LineKind.Window);
    private readonly NameTable _valid = new(LineKind.Valid);

    public LogFormat Format => Fairseq2;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf(" Metrics ("u8) is not (> 0 and var at))
            return null;
        var rest = line[(at + " Metrics ("u8.Length)..];
        if (rest.IndexOf((byte)')') is not (> 0 and var close) || StepIn(rest[..close]) is not { } step)
            return null;
        var isTrain = line[..at].EndsWith("Train"u8) || line[..at].EndsWith("Training"u8);
        var sample = new LogSample
        {
            Kind = isTrain ? LineKind.Window : LineKind.Valid,
            Tag = isTrain ? "train" : "valid",
            Update = step,
        };
        for (var text = rest[(close + 1)..].TrimStart(" -:"u8); text.Length > 0;)
        {
            var bar = text.IndexOf((byte)'|');
            var pair = bar < 0 ? text : text[..bar];
            text = bar < 0 ? default : text[(bar + 1)..];
            if (pair.LastIndexOf((byte)':') is > 0 and var colon && LogNumber.TryParse(pair[(colon + 1)..], out var value))
                sample.Set((isTrain ? _train : _valid).Find(pair[..colon].Trim((byte)' ')), value);
        }
        return sample.HasMetrics ? sample : null;
    }

    // "step 200", "epoch 1, step 1,200", "epoch: 1, step: 200"
    private static long? StepIn(ReadOnlySpan<byte> text) =>
        text.IndexOf("step"u8) is >= 0 and var at
            && LogNumber.TryParseCount(text[(at + 4)..].TrimStart(" :="u8), out var step)
            && step is >= 0 and < 1e15 ? (long)step : null;
}
