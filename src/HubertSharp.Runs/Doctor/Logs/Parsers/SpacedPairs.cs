namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Walks over the names with a number behind them in a line of plain text: <c>step: 200, loss: 6.71</c>, <c>| loss 5.2 | lr 1e-4</c>,
/// <c>iter 10/500 train_loss=3.2</c>, <c>Iter(train) [  10/500]</c>, <c>{'loss': 3.2}</c>.
/// </summary>
internal ref struct SpacedPairs(ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private ReadOnlySpan<byte> _rest = line;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The word right before the name, with nothing but blanks between: the "train" of "train loss: 6.5".</summary>
    public ReadOnlySpan<byte> Before { get; private set; }

    public double Value { get; private set; }

    /// <summary>The value as a count, in which marks may stand between thousands (<c>39,900</c>); NaN where it is none.</summary>
    public double Count { get; private set; }

    /// <summary>What follows the name and what separates it from its value.</summary>
    public ReadOnlySpan<byte> Behind { get; private set; }

    public bool MoveNext()
    {
        ReadOnlySpan<byte> word = default;
        while (_rest.Length > 0)
        {
            var start = 0;
            while (start < _rest.Length && !IsLetter(_rest[start]))
                start++;
            var end = start;
            while (end < _rest.Length && IsNamePart(_rest[end]))
                end++;
            var name = _rest[start..end];
            var before = word.Length > 0 && _rest[..start].Trim((byte)' ').Length == 0 ? word : default;
            word = name;
            _rest = _rest[end..];
            var quoted = _rest.Length > 0 && _rest[0] is (byte)'\'' or (byte)'"' ? _rest[1..] : _rest;
            var bare = WithoutBrackets(quoted);
            var behind = bare.TrimStart(" \t"u8);
            if (behind.Length > 0 && behind[0] is (byte)':' or (byte)'=')
                behind = behind[1..].TrimStart(" \t"u8);
            else if (behind.Length == bare.Length && !behind.StartsWith("["u8))
                continue; // nothing between name and number: "v2", "loss)"
            if (behind.StartsWith("["u8))
                behind = behind[1..].TrimStart(" \t"u8);
            if (name.Length == 0 || !LogNumber.TryParseLocal(behind, _line, out var value))
                continue;
            Name = name;
            Before = before;
            Behind = behind;
            (Value, Count) = (value, LogNumber.TryParseCount(behind, out var count) ? count : double.NaN);
            _rest = behind;
            return true;
        }
        return false;
    }

    // "Iter(train) [  200/40000]"
    private static ReadOnlySpan<byte> WithoutBrackets(ReadOnlySpan<byte> text) =>
        text.StartsWith("("u8) && text.IndexOf((byte)')') is > 1 and <= 12 and var close && char.IsAsciiLetter((char)text[1])
            ? text[(close + 1)..]
            : text;

    private static bool IsLetter(byte c) => char.IsAsciiLetter((char)c) || c >= 0x80;

    private static bool IsNamePart(byte c) => IsLetter(c) || char.IsAsciiDigit((char)c) || c is (byte)'_' or (byte)'/' or (byte)'.';
}
