namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// WeNet: <c>... DEBUG TRAIN Batch 0/100 loss 60.1 loss_att 50.2 loss_ctc 80.3 lr 0.00012 rank 0</c>, later <c>TRAIN | steps 1200 | batch
/// 100 | loss 4.3 | acc 0.5 | ...</c>, and <c>Epoch 3 CV info cv_loss 4.5</c>. A sum of decoder and CTC per sentence: its level says
/// nothing.
/// </summary>
internal sealed class WenetParser : ILogParser
{
    private static readonly LogFormat s_format = new("wenet")
    {
        Title = ("a log of WeNet", "WeNet 日志"),
        UsualObjective = TrainingObjective.Other,
    };

    private readonly NameTable _train = new(LineKind.Window);
    private readonly NameTable _valid = new(LineKind.Valid);
    private long _epoch = 1;
    private long? _step;

    public LogFormat Format => s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf(" CV info "u8) is > 0 and var info && line[..info].LastIndexOf("Epoch "u8) >= 0)
            return Validation(line[info..]);
        if (line.IndexOf(" TRAIN "u8) is not (> 0 and var train))
            return null;
        var text = line[(train + 7)..];
        long? step = null, batch = null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", CountsMicroBatches = true };
        var pairs = new SpacedPairs(text);
        while (pairs.MoveNext())
        {
            if (pairs.Name.SequenceEqual("rank"u8) && pairs.Value != 0)
                return null; // every process writes its own lines
            if (pairs.Name.SequenceEqual("steps"u8))
                step = Whole(pairs.Value);
            else if (pairs.Name.SequenceEqual("Batch"u8))
                (_epoch, batch) = (Math.Max(1, (Whole(pairs.Value) ?? 0) + 1), BatchIn(text));
            else
                sample.Set(_train.Find(pairs.Name), pairs.Value);
        }
        (_step, sample.Update) = (step, step);
        sample.Position = step is null && batch is { } b ? (_epoch, b + 1) : null;
        return sample.HasMetrics && (step ?? batch) is not null ? sample : null;
    }

    private LogSample? Validation(ReadOnlySpan<byte> text)
    {
        var sample = new LogSample
        {
            Kind = LineKind.Valid,
            Tag = "valid",
            Update = _step,
            Position = _step is null ? (_epoch, 1) : null,
            CountsMicroBatches = true,
        };
        var pairs = new SpacedPairs(text);
        while (pairs.MoveNext())
            sample.Set(_valid.Find(pairs.Name.StartsWith("cv_"u8) ? pairs.Name[3..] : pairs.Name), pairs.Value);
        return sample.HasMetrics ? sample : null;
    }

    // "Batch 3/100": epoch from 0, batch from 0
    private static long? BatchIn(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'/') is > 0 and var slash && LogNumber.TryParse(text[(slash + 1)..], out var batch) ? Whole(batch) : null;

    private static long? Whole(double value) => value is >= 0 and < 1e12 ? (long)value : null;
}
