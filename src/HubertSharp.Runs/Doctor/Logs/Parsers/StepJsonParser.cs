namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Lines of JSON that tell a step and a loss, whoever writes them: <c>{"step": 200, "loss": 6.71, "val_loss": 6.9}</c>, and fairseq2's
/// <c>train.jsonl</c> (<c>{"Time": "...", "Step": 200, "CTC Loss": 5.85}</c>).
/// </summary>
internal sealed class StepJsonParser : ILogParser
{
    private static readonly LogFormat s_format = new("step_json")
    {
        Title = ("lines of JSON with steps and losses", "步数与损失的 JSON 行"),
        Unit = "unknown",
        MayLogShares = true,
    };

    private readonly NameTable _names = new();
    private bool _isFairseq2;

    public LogFormat Format => _isFairseq2 ? Fairseq2Parser.Fairseq2 : s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("{\""u8) is not (>= 0 and var brace)
            || (line.IndexOf("tep\":"u8) < 0 && line.IndexOf("ter"u8) < 0 && line.IndexOf("pdate"u8) < 0 && line.IndexOf("tep\" :"u8) < 0))
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train" };
        int? rank = null;
        var pairs = new FlatJson(line[brace..]);
        while (pairs.MoveNext())
        {
            if (!LogNumber.TryParse(pairs.Value, out var value))
                continue;
            if (StepName.RankOf(pairs.Key) is { } found)
            {
                _isFairseq2 |= pairs.Key.SequenceEqual("Step"u8);
                if (!(found >= rank) && value is >= 0 and < 1e15)
                    (rank, sample.Update) = (found, (long)value);
            }
            else
                sample.Set(_names.Find(pairs.Key), value);
        }
        return pairs.IsComplete && rank is not null && sample.HasMetrics ? sample : null;
    }
}
