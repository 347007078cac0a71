namespace HubertSharp.Runs;

/// <summary>Text from a file of others as it may stand in a message: one line of printable characters, not too long.</summary>
public static class PrintableText
{
    private const int MostCharacters = 120, MostOfReason = 300;

    public static string Of(string text) => Of(text, MostCharacters);

    /// <summary>What a parser says; it may quote the file, at any length.</summary>
    public static string Of(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return Of(reason.Message, MostOfReason);
    }

    private static string Of(string text, int most) => new([.. text.Take(most).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
