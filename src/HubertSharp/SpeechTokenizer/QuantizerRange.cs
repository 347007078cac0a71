using System.Globalization;

namespace HubertSharp.SpeechTokenizer;

/// <summary>Quantisers that follow one another, counted from 1.</summary>
/// <param name="First">From 1.</param>
/// <param name="Last">At least the first.</param>
internal readonly record struct QuantizerRange(int First, int Last)
{
    public int Count => Last - First + 1;

    /// <summary><c>FIRST-LAST</c>, a number for that one alone, or null for all.</summary>
    /// <param name="text">Of the command line.</param>
    /// <param name="most">Quantisers of the tokenizer.</param>
    /// <exception cref="Runs.UserException">Something else, or more than there are.</exception>
    public static QuantizerRange Parse(string? text, int most)
    {
        if (text is null)
            return new QuantizerRange(1, most);
        var parts = text.Split('-');
        var range = parts.Length <= 2 && TryNumber(parts[0], out var first) && TryNumber(parts[^1], out var last)
            ? new QuantizerRange(first, last) : default;
        return range.First >= 1 && range.Last >= range.First && range.Last <= most ? range : throw TokenizerFaults.Quantizers(text, most);
    }

    public bool Contains(QuantizerRange other) => other.First >= First && other.Last <= Last;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
