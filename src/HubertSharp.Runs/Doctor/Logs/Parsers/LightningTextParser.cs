using System.Buffers.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// PyTorch Lightning's console text: the progress bar (<c>Epoch 0:  12%|#2 | 352/2935 [05:12&lt;38:00, 1.13it/s,
/// train_masked_accuracy_step=0.05]</c>) and the checkpoint callback (<c>Epoch 3, global step 8805: 'val_loss' reached 3.45 (best 3.45),
/// saving model to ...</c>).
/// </summary>
internal sealed class LightningTextParser : ILogParser
{
    /// <summary>PyTorch Lightning, as torchaudio's recipe uses it: its <c>metrics.csv</c> too.</summary>
    public static LogFormat Lightning { get; } = new("lightning")
    {
        Title = ("a log of torchaudio (Lightning)", "torchaudio（Lightning）日志"),
        HasSpecialClasses = false,
        MayLogShares = true,
    };

    private readonly NameTable _names = new();

    public LogFormat Format => Lightning;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        var at = line.LastIndexOf("Epoch "u8);
        if (at < 0 || !Utf8Parser.TryParse(line[(at + 6)..], out long epoch, out var digits) || epoch is < 0 or > 1_000_000_000)
            return null;
        var rest = line[(at + 6 + digits)..];
        if (rest.StartsWith(", global step "u8))
            return Reached(rest[", global step "u8.Length..]);
        return rest.StartsWith(":"u8) && rest.IndexOf("it/s"u8) >= 0 || rest.IndexOf("s/it"u8) >= 0 ? Bar(rest, epoch) : null;
    }

    private LogSample? Bar(ReadOnlySpan<byte> text, long epoch)
    {
        var bracket = text.IndexOf((byte)'[');
        var slash = bracket < 0 ? -1 : text[..bracket].LastIndexOf((byte)'/');
        if (slash < 0)
            return null;
        var start = slash;
        while (start > 0 && char.IsAsciiDigit((char)text[start - 1]))
            start--;
        if (!Utf8Parser.TryParse(text[start..slash], out long batch, out _) || batch is < 1 or > 1_000_000_000_000)
            return null;
        var sample = new LogSample { Kind = LineKind.Window, Tag = "train", Position = (epoch + 1, batch) };
        KeyValues.ReadCommas(text[(bracket + 1)..].TrimEnd("] "u8), _names, sample);
        return sample.HasMetrics ? sample : null;
    }

    private LogSample? Reached(ReadOnlySpan<byte> text)
    {
        var quote = text.IndexOf(": '"u8);
        var reached = text.IndexOf("' reached "u8);
        if (quote < 0
            || reached < quote + 3
            || !Utf8Parser.TryParse(text, out long step, out _)
            || !LogNumber.TryParse(text[(reached + "' reached "u8.Length)..], out var value))
            return null;
        var name = _names.Find(text[(quote + 3)..reached]);
        var sample = new LogSample
        {
            Kind = name.Kind ?? LineKind.Epoch,
            Tag = name.Kind == LineKind.Valid ? "valid" : "train",
            Update = step,
        };
        sample.Set(name, value);
        return sample.HasMetrics ? sample : null;
    }
}
