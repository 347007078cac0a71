using System.Text;

namespace HubertSharp.Runs.Labels;

/// <summary>Splits one line of labels at white space, as fairseq's <c>tokenize_line</c> does.</summary>
internal ref struct LabelTokens(ReadOnlySpan<byte> line)
{
    // a byte order mark where files were joined that each began with one
    private ReadOnlySpan<byte> _rest = line is [0xef, 0xbb, 0xbf, ..] ? line[3..] : line;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        var start = _rest.IndexOfAnyExcept(" \t\r\v\f"u8);
        if (start < 0)
            return false;
        _rest = _rest[start..];
        var length = _rest.IndexOfAny(" \t\r\v\f"u8);
        Current = length < 0 ? _rest : _rest[..length];
        _rest = _rest[Current.Length..];
        return true;
    }

    /// <summary>The class of a token.</summary>
    public static int IndexOf(LabelDictionary dictionary, ReadOnlySpan<byte> token)
    {
        if (token.Length > 256)
            return dictionary.IndexOf(Encoding.UTF8.GetString(token));
        Span<char> chars = stackalloc char[256];
        return dictionary.IndexOf(chars[..Encoding.UTF8.GetChars(token, chars)]);
    }
}
