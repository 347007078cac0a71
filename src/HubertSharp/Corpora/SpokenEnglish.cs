using System.Text;

namespace HubertSharp.Corpora;

/// <summary>Turns a written prompt into the words that are spoken, in capitals as fairseq's transcripts have them.</summary>
internal static class SpokenEnglish
{
    private static readonly string[] Small =
    [
        "ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN", "TWELVE", "THIRTEEN", "FOURTEEN",
        "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN",
    ];
    private static readonly string[] Tens = ["", "", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"];

    /// <summary>Words of letters and apostrophes. What stands in brackets is a description, not speech.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var described = 0;
        foreach (var c in text.Replace('’', '\'') + " ")
        {
            described += c == '[' ? 1 : 0;
            if (described == 0 && (char.IsAsciiLetterOrDigit(c) || c == '\''))
            {
                word.Append(char.ToUpperInvariant(c));
                continue;
            }
            Take(word, words);
            if (described == 0 && c is '#' or '*')
                words.Add(c == '#' ? "POUND" : "STAR");
            described -= c == ']' && described > 0 ? 1 : 0;
        }
        return words;
    }

    private static void Take(StringBuilder word, List<string> words)
    {
        var text = word.ToString().Trim('\'');
        word.Clear();
        if (text.Length == 0)
            return;
        if (!text.Any(char.IsAsciiDigit))
            words.Add(text);
        else if (text.Length <= 3 && int.TryParse(text, out var number))
            AddNumber(number, words);
        else
            words.AddRange(text.Select(c => char.IsAsciiDigit(c) ? Small[c - '0'] : c.ToString())); // spoken digit by digit
    }

    private static void AddNumber(int number, List<string> words)
    {
        if (number >= 100)
        {
            words.Add(Small[number / 100]);
            words.Add("HUNDRED");
            number %= 100;
            if (number == 0)
                return;
        }
        if (number < Small.Length)
        {
            words.Add(Small[number]);
            return;
        }
        words.Add(Tens[number / 10]);
        if (number % 10 != 0)
            words.Add(Small[number % 10]);
    }
}
