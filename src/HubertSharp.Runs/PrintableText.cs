namespace HubertSharp.Runs;

/// <summary>Text from a file of others as it may stand in a message: one line of printable characters, not too long.</summary>
public static class PrintableText
{
    private const int MostCharacters = 120;

    public static string Of(string text) => new([.. text.Take(MostCharacters).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
