namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Colours and cursor movements of terminals: <c>ESC [ 1 ; 32 m</c>, <c>ESC ] ... BEL</c>, and two-byte codes.</summary>
internal static class AnsiCodes
{
    private const byte Escape = 0x1b;

    /// <summary>Takes them out in place.</summary>
    /// <returns>The text that is left, at the start of the given span.</returns>
    public static ReadOnlySpan<byte> Strip(Span<byte> text)
    {
        var from = text.IndexOf(Escape);
        if (from < 0)
            return text;
        var to = from;
        while (from < text.Length)
        {
            if (text[from] == Escape)
            {
                from += LengthOf(text[from..]);
                continue;
            }
            text[to++] = text[from++];
        }
        return text[..to];
    }

    private static int LengthOf(ReadOnlySpan<byte> code)
    {
        if (code.Length < 2)
            return code.Length;
        var end = code[1] switch
        {
            (byte)'[' => code[2..].IndexOfAnyInRange((byte)'@', (byte)'~'),
            (byte)']' => code[2..].IndexOf((byte)7),
            _ => -1,
        };
        return end < 0 ? 2 : end + 3;
    }
}
