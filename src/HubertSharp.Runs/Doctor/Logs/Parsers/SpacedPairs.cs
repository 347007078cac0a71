namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Walks over the names with a number behind them in a line of plain text: <c>step: 200, loss: 6.71</c>, <c>| loss 5.2 | lr 1e-4</c>,
/// <c>iter 10/500 train_loss=3.2</c>.
/// </summary>
internal ref struct SpacedPairs(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The word right before the name, with nothing but blanks between: the "train" of "train loss: 6.5".</summary>
    public ReadOnlySpan<byte> Before { get; private set; }

    public double Value { get; private set; }

    public bool MoveNext()
    {
        ReadOnlySpan<byte> word = default;
        while (_rest.Length > 0)
        {
            var start = 0;
            while (start < _rest.Length && !char.IsAsciiLetter((char)_rest[start]))
                start++;
            var end = start;
            while (end < _rest.Length && IsNamePart(_rest[end]))
                end++;
            var name = _rest[start..end];
            var before = word.Length > 0 && _rest[..start].Trim((byte)' ').Length == 0 ? word : default;
            word = name;
            _rest = _rest[end..];
            var behind = _rest.TrimStart(" \t"u8);
            if (behind.Length > 0 && behind[0] is (byte)':' or (byte)'=')
                behind = behind[1..].TrimStart(" \t"u8);
            else if (behind.Length == _rest.Length)
                continue; // nothing between name and number: "v2", "loss)"
            if (behind.StartsWith("["u8))
                behind = behind[1..];
            if (name.Length == 0 || !LogNumber.TryParse(behind, out var value))
                continue;
            Name = name;
            Before = before;
            Value = value;
            _rest = behind;
            return true;
        }
        return false;
    }

    private static bool IsNamePart(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'/' or (byte)'.';
}
