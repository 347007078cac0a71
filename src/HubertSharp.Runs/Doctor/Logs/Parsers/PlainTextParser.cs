using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Lines of nobody's toolkit that tell a step and a loss: <c>step: 200, loss: 6.71</c>, <c>[INFO] Step 200/400000 | loss 6.71 | lr
/// 0.0005</c>,
/// <c>valid: iter 500 loss=5.2</c>, <c>Epoch(train) [1][ 200/8000] loss: 6.71</c>, <c>第 200 步，训练损失 6.71</c>. Steps that begin anew with
/// each epoch are counted on.
/// </summary>
internal sealed class PlainTextParser(LogHints hints) : ILogParser
{
    private static readonly LogFormat s_format = new("plain_text")
    {
        Title = ("lines of steps and losses", "步数与损失的文本"),
        Unit = "unknown",
        MayLogShares = true,
    };

    private const int LongestLine = 1 << 12;
    private static readonly byte[][] Validations = Words("valid val validation eval evaluation dev test validierung");
    private static readonly byte[][] Losses = Words("oss OSS erlust");
    private static readonly byte[][] Steps = Words("tep ter pdate poch TEP TER PDATE chritt");
    private static readonly byte[][] Parts = Words(
        "div aux commit kl entropy reg quant codebook vq feat penalty adv gan moe balanc l1 l2 weight distill smooth_l1");
    private bool _hasSteps;
    private bool _fromZero; // epochs are counted from 0
    private readonly NameTable _train = new();
    private readonly NameTable _valid = new(LineKind.Valid);
    private double _epoch = double.NegativeInfinity;
    private long _last, _before;

    public LogFormat Format => s_format;

    public bool YieldsToOthers => true;

    public IReadOnlyList<LogSample>? Parse(ReadOnlySpan<byte> line) => ILogParser.One(Sample(line));

    private LogSample? Sample(ReadOnlySpan<byte> line)
    {
        // most lines of a foreign log hold neither: a few quick searches keep it as fast as the others
        if (line.Length > LongestLine)
            return null;
        line = LocalLine.InEnglish(line);
        if (!Holds(line, Losses) || !Holds(line, Steps))
            return null;
        var isValid = (line.IndexOf("al"u8) >= 0
            || line.IndexOf("ev"u8) >= 0
            || line.IndexOf("est"u8) >= 0
            || line.IndexOf("AL"u8) >= 0
            || line.IndexOf("EV"u8) >= 0
            || line.IndexOf("EST"u8) >= 0)
            && IsValidation(line)
            && line.IndexOf("rain loss"u8) < 0
            && line.IndexOf("raining loss"u8) < 0;
        var sample = new LogSample { Kind = isValid ? LineKind.Valid : LineKind.Window, Tag = isValid ? "valid" : "train" };
        double? step = null, epoch = null;
        (long Batch, long Of)? batch = null;
        var pairs = new SpacedPairs(line);
        while (pairs.MoveNext())
        {
            if (StepName.RankOf(pairs.Name) is not null)
                step ??= pairs.Count;
            else if (Is(pairs.Name, "epoch"u8))
                (epoch, batch) = (epoch ?? pairs.Value, batch ?? BatchBehind(pairs.Behind));
            else if (Named(isValid ? _valid : _train, pairs.Before, pairs.Name) is { Measure: { } measure } name
                && (name.Kind == LineKind.Valid && !isValid
                    ? FirstBeside(sample)?[measure] : sample.Point[measure]) is null)
                sample.Set(name, pairs.Value);
        }
        if ((sample.Point.Prediction ?? FirstBeside(sample)?.Prediction) is null)
            return null;
        if (step is >= 0 and < 1e15 and var now)
            sample.Update = isValid ? _before + (long)now : Counted((long)now, epoch);
        else if (batch is var (inEpoch, length) && epoch is >= 0 and < 1e9 and var number)
            sample.Update = ((FromOne(number) - 1) * length) + inEpoch;
        else if (!_hasSteps && epoch is >= 0 and < 1e9 and var whole && whole == Math.Floor(whole))
        {
            sample.Update = FromOne(whole) * LogHints.AssumedEpoch; // "Epoch 3: train loss 6.5"
            hints.Assume(LogHints.AssumedEpoch, "epoch");
            return sample;
        }
        else
            return null;
        _hasSteps = true;
        return sample;
    }

    private long FromOne(double epoch)
    {
        _fromZero |= epoch == 0;
        return (long)epoch + (_fromZero ? 1 : 0);
    }

    // "Epoch [1][ 200/8000]", "Epoch: [0][ 10/5005]"; "Train Epoch: 1 [1280/60000 (2%)]" counts utterances
    private static (long Batch, long Of)? BatchBehind(ReadOnlySpan<byte> epoch)
    {
        if (epoch.IndexOf((byte)'[') is not (> 0 and <= 12 and var open))
            return null;
        var text = epoch[(open + 1)..];
        return text.IndexOf((byte)']') is > 0 and var close
            && text[..close].IndexOf((byte)'/') is > 0 and var slash
            && !text[..close].Contains((byte)'%')
            && LogNumber.TryParseCount(text[..slash], out var batch)
            && LogNumber.TryParseCount(text[(slash + 1)..], out var length)
            && batch <= length
            && length < 1e12 ? ((long)batch, (long)length) : null;
    }

    private static bool Holds(ReadOnlySpan<byte> line, byte[][] words)
    {
        foreach (var word in words)
        {
            if (line.IndexOf(word) >= 0)
                return true;
        }
        return false;
    }

    private long Counted(long step, double? epoch)
    {
        if (epoch > _epoch && step <= _last)
            _before += _last;
        _epoch = epoch ?? _epoch;
        _last = step;
        return _before + step;
    }

    // "train loss: 6.5 valid loss: 5.9 CTC loss: 3.2": the word before belongs to the name where both are one
    private static MetricName Named(NameTable names, ReadOnlySpan<byte> before, ReadOnlySpan<byte> name)
    {
        if (before.Length is > 0 and <= 24 && name.Length <= 24)
        {
            Span<byte> both = stackalloc byte[before.Length + 1 + name.Length];
            before.CopyTo(both);
            both[before.Length] = (byte)'_';
            name.CopyTo(both[(before.Length + 1)..]);
            if (names.Find(both) is { Measure: not null } one)
                return one;
            if (IsLoss(name) && IsPart(before))
                return MetricName.Unknown;
        }
        return names.Find(name);
    }

    // "Diversity Loss: 0.08" is a part of a loss, and no loss to judge
    private static bool IsPart(ReadOnlySpan<byte> word)
    {
        foreach (var part in Parts)
        {
            if (word.Length >= part.Length && Is(word[..part.Length], part))
                return true;
        }
        return false;
    }

    // a word of its own, as in "[valid] step 10": the name of a value ("valid_loss", "valid loss") is looked at as a name, for a progress
    // bar tells the last validation beside the loss of each line
    private static bool IsValidation(ReadOnlySpan<byte> line)
    {
        for (var at = 0; at < line.Length;)
        {
            var end = at;
            while (end < line.Length && (char.IsAsciiLetterOrDigit((char)line[end]) || line[end] is (byte)'_' or (byte)'/' or (byte)'.'))
                end++;
            foreach (var word in Validations)
            {
                if (Is(line[at..end], word) && !IsLoss(line[end..].TrimStart((byte)' ')))
                    return true;
            }
            at = end + 1;
        }
        return false;
    }

    private static bool IsLoss(ReadOnlySpan<byte> text) => text.Length >= 4 && Is(text[..4], "loss"u8);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(name, word);

    private static byte[][] Words(string words) => [.. words.Split(' ').Select(Encoding.UTF8.GetBytes)];

    private static MetricPoint? FirstBeside(LogSample sample) => sample.Beside is [var first, ..] ? first.Point : null;
}
