namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Walks the pairs of one flat JSON object as Python's json.dumps and this program write it, bare NaN and Infinity included.
/// Nested values are passed over.
/// </summary>
internal ref struct FlatJson(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text.Length > 0 && text[0] == '{' ? text[1..] : default;
    private bool _first = true;

    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The value without quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The object ended with its brace: the line is whole.</summary>
    public bool IsComplete { get; private set; }

    public bool MoveNext()
    {
        if (!Skip(out var c))
            return false;
        if (c == '}')
        {
            IsComplete = true;
            return false;
        }
        if (!_first)
        {
            if (c != ',')
                return false;
            _rest = _rest[1..];
            if (!Skip(out c))
                return false;
        }
        _first = false;
        if (c != '"' || !Quoted(out var key) || !Skip(out c) || c != ':')
            return false;
        Key = key;
        _rest = _rest[1..];
        return Skip(out c) && (c == '"' ? TakeText() : c is (byte)'{' or (byte)'[' ? TakeNested() : TakeBare());
    }

    private bool TakeText()
    {
        var ok = Quoted(out var value);
        Value = value;
        return ok;
    }

    private bool TakeBare()
    {
        var length = _rest.IndexOfAny(",} "u8);
        if (length <= 0)
            return false;
        Value = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool TakeNested()
    {
        var depth = 0;
        while (_rest.Length > 0)
        {
            var c = _rest[0];
            if (c == '"')
            {
                if (!Quoted(out _))
                    return false;
                continue;
            }
            depth += c is (byte)'{' or (byte)'[' ? 1 : c is (byte)'}' or (byte)']' ? -1 : 0;
            _rest = _rest[1..];
            if (depth == 0)
            {
                Value = default;
                return true;
            }
        }
        return false;
    }

    // Positioned on the opening quote; leaves behind the closing one.
    private bool Quoted(out ReadOnlySpan<byte> inside)
    {
        var from = 1;
        while (true)
        {
            var quote = from < _rest.Length ? _rest[from..].IndexOf((byte)'"') : -1;
            if (quote < 0)
            {
                inside = default;
                return false;
            }
            var at = from + quote;
            var backslashes = 0;
            while (_rest[at - 1 - backslashes] == '\\')
                backslashes++;
            if (backslashes % 2 == 0)
            {
                inside = _rest[1..at];
                _rest = _rest[(at + 1)..];
                return true;
            }
            from = at + 1;
        }
    }

    private bool Skip(out byte next)
    {
        var at = _rest.IndexOfAnyExcept(" \t"u8);
        _rest = at < 0 ? default : _rest[at..];
        next = at < 0 ? (byte)0 : _rest[0];
        return at >= 0;
    }
}
