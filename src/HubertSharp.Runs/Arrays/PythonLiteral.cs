using System.Globalization;

namespace HubertSharp.Runs.Arrays;

/// <summary>
/// Reads the few Python literals of a <c>.npy</c> header, from left to right; every method says whether its literal was there.
/// </summary>
internal sealed class PythonLiteral(string text)
{
    private int _at;

    public bool AtEnd
    {
        get
        {
            Skip();
            return _at == text.Length;
        }
    }

    public bool Peek(char c)
    {
        Skip();
        return _at < text.Length && text[_at] == c;
    }

    public bool Take(char c)
    {
        if (!Peek(c))
            return false;
        _at++;
        return true;
    }

    /// <summary>A quoted string without escapes: no header that NumPy writes for numbers has any.</summary>
    public bool String(out string value)
    {
        value = "";
        if (!Peek('\'') && !Peek('"'))
            return false;
        var end = text.IndexOf(text[_at], _at + 1);
        if (end < 0)
            return false;
        value = text[(_at + 1)..end];
        _at = end + 1;
        return !value.Contains('\\');
    }

    public bool Word(out string value)
    {
        Skip();
        var start = _at;
        while (_at < text.Length && char.IsAsciiLetter(text[_at]))
            _at++;
        value = text[start.._at];
        return value.Length > 0;
    }

    /// <summary>A tuple of non-negative integers: <c>()</c>, <c>(5,)</c>, <c>(5, 39)</c>; at most 32 of them, as in NumPy.</summary>
    public bool Tuple(out long[] values)
    {
        values = [];
        if (!Take('('))
            return false;
        var found = new List<long>();
        while (!Take(')'))
        {
            Skip();
            var start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                _at++;
            if (found.Count == 32
                || !long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return false;
            found.Add(value);
            if (!Take(',') && !Peek(')'))
                return false;
        }
        values = [.. found];
        return true;
    }

    private void Skip()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r')
            _at++;
    }
}
