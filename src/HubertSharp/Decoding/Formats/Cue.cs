using System.Text;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Formats;

/// <summary>Words that are shown together.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Lines">One or two.</param>
internal sealed record Cue(double Start, double End, IReadOnlyList<string> Lines)
{
    private const double LongestPause = 0.8, LongestCue = 6, ShortestCue = 1; // seconds
    private const int LineWidth = 42; // columns; a Chinese character takes two

    /// <summary>Cut at pauses, and where two lines are full.</summary>
    public static IReadOnlyList<Cue> Of(Transcript transcript)
    {
        var cues = new List<Cue>();
        var words = transcript.Words;
        for (var first = 0; first < words.Count;)
        {
            var (end, lines) = (first, new List<string> { "" });
            for (; end < words.Count; end++)
            {
                if (end > first
                    && (words[end].Start - words[end - 1].End > LongestPause || words[end].End - words[first].Start > LongestCue))
                    break;
                var longer = Joined(lines[^1], words[end].Text);
                if (lines[^1].Length == 0 || Width(longer) <= LineWidth)
                    lines[^1] = longer;
                else if (lines.Count < 2)
                    lines.Add(words[end].Text);
                else
                    break;
            }
            // a short word stays long enough to be read, where nothing follows at once
            var next = end < words.Count ? words[end].Start : double.MaxValue;
            var stop = Math.Max(words[end - 1].End, Math.Min(next, words[first].Start + ShortestCue));
            cues.Add(new Cue(words[first].Start, stop, lines));
            first = end;
        }
        return cues;
    }

    private static string Joined(string line, string word) =>
        line.Length == 0 || (CtcAlphabet.EndsInIdeograph(line) && CtcAlphabet.IsIdeograph(word)) ? line + word : $"{line} {word}";

    private static int Width(string line) => line.EnumerateRunes().Sum(rune => IsWide(rune) ? 2 : 1);

    // from Hangul's letters on: East Asian scripts and full-width forms
    private static bool IsWide(Rune rune) =>
        rune.Value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3)
            or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0x20000 and <= 0x3fffd);
}
