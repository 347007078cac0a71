using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// fairseq's <c>log_format: simple</c> and <c>tqdm</c>, of all its versions:
/// <c>... | INFO | train_inner | epoch 010:   1801 / 10548 loss=8.169, ppl=287.87, num_updates=1800, lr=0.0002</c>,
/// <c>... | INFO | valid | epoch 001 | valid on 'valid' subset | loss 5.3 | num_updates 958</c>,
/// <c>epoch 001:  42%|####  | 200/480 [10:51&lt;53:53, 2.09it/s, loss=5.7, num_updates=200]</c>.
/// </summary>
internal sealed class FairseqTextParser : ILogParser
{
    private static readonly LogFormat s_format = LogFormat.FairseqJson with { Name = "fairseq_text" };

    private readonly NameTable _window = new(LineKind.Window);
    private readonly NameTable _epoch = new(LineKind.Epoch);
    private readonly NameTable _valid = new(LineKind.Valid);

    public LogFormat Format => s_format;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("num_updates="u8) >= 0)
            return Window(line);
        return line.IndexOf("| num_updates "u8) >= 0 ? Summary(line) : null;
    }

    private LogSample? Window(ReadOnlySpan<byte> line)
    {
        var first = line.IndexOf("loss="u8);
        if (first < 0)
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train_inner" };
        KeyValues.ReadCommas(line[(line[..first].LastIndexOfAny(" ["u8) + 1)..].TrimEnd("] "u8), _window, sample);
        return sample is { HasMetrics: true, Update: not null } ? sample : null;
    }

    private LogSample? Summary(ReadOnlySpan<byte> line)
    {
        var on = line.IndexOf("valid on '"u8);
        var isValid = on >= 0 || line.IndexOf("| valid |"u8) >= 0;
        var tag = "train";
        if (on >= 0)
        {
            var name = line[(on + "valid on '"u8.Length)..];
            var quote = name.IndexOf((byte)'\'');
            tag = quote is > 0 and <= 64 ? Encoding.UTF8.GetString(name[..quote]) : "valid";
        }
        var sample = new LogSample { Kind = isValid ? LineKind.Valid : LineKind.Epoch, Tag = isValid && on < 0 ? "valid" : tag };
        KeyValues.ReadBars(line, isValid ? _valid : _epoch, sample);
        return sample is { HasMetrics: true, Update: not null } ? sample : null;
    }
}
