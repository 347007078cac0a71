using System.Globalization;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Praat's TextGrid, long and short form, UTF-8 or UTF-16, as the Montreal Forced Aligner writes it: one utterance per file. Only what
/// Praat itself reads counts: texts in quotes and numbers that stand alone.
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
internal static class TextGridFile
{
    // the finest of these is taken; a tier of words comes last
    private static readonly string[][] Tiers =
        [["phones", "phone", "phonemes", "phoneme", "phns", "phn", "segments"], ["syllables", "syllable", "syl"], ["words", "word"]];

    public static bool Matches(string firstLine) => firstLine.Contains("ooTextFile", StringComparison.Ordinal);

    /// <exception cref="UserException">Malformed, or several tiers and none that is known by its name.</exception>
    public static AlignedUtterance Read(string path, string name, string? speaker)
    {
        var scan = new Scan(path, RegularFile.ReadAllText(path, RegularFile.MostOfDescription));
        scan.Text();
        if (scan.Text() != "TextGrid")
            throw EvaluationFaults.TextGrid(path, scan.Line, "a TextGrid");
        var (_, end) = (scan.Number(), scan.Number());
        var tiers = new List<(string Name, SegmentList Segments)>();
        for (var left = scan.Number(); left > 0; left--)
        {
            var isInterval = scan.Text() == "IntervalTier";
            var tier = (Name: scan.Text(), Segments: new SegmentList(path));
            (_, _) = (scan.Number(), scan.Number());
            for (var entries = scan.Number(); entries > 0; entries--)
            {
                var start = scan.Number();
                var stop = isInterval ? scan.Number() : start;
                var label = scan.Text();
                if (isInterval)
                    tier.Segments.Add(label, start, stop, scan.Line);
            }
            if (isInterval)
                tiers.Add(tier);
        }
        var chosen = Choose(path, tiers);
        chosen.Add("", end, end, scan.Line); // the file's own end
        return chosen.Utterance(name, speaker);
    }

    private static SegmentList Choose(string path, List<(string Name, SegmentList Segments)> tiers)
    {
        foreach (var names in Tiers)
        {
            // with several speakers the aligner writes "anna - phones"
            var found = tiers.Where(t => names.Contains(t.Name.Split(" - ")[^1].Trim(), StringComparer.OrdinalIgnoreCase)).ToList();
            if (found.Count == 1)
                return found[0].Segments;
        }
        return tiers.Count == 1 ? tiers[0].Segments : throw EvaluationFaults.TextGridTiers(path, [.. tiers.Select(t => t.Name)]);
    }

    private sealed class Scan(string path, string text)
    {
        private int _at;

        public int Line { get; private set; } = 1;

        /// <summary>The next text in quotes.</summary>
        public string Text() => Next(wantsText: true);

        /// <summary>The next number that stands alone.</summary>
        public double Number() => double.Parse(Next(wantsText: false), NumberStyles.Float, CultureInfo.InvariantCulture);

        private string Next(bool wantsText)
        {
            while (_at < text.Length)
            {
                var c = text[_at];
                if (char.IsWhiteSpace(c))
                {
                    Line += c == '\n' ? 1 : 0;
                    _at++;
                }
                else if (c == '!')
                {
                    while (_at < text.Length && text[_at] != '\n')
                        _at++;
                }
                else if (c == '"')
                {
                    var found = Quoted();
                    return wantsText ? found : throw EvaluationFaults.TextGrid(path, Line, "a number");
                }
                else
                {
                    var start = _at;
                    while (_at < text.Length && !char.IsWhiteSpace(text[_at]))
                        _at++;
                    var word = text.AsSpan(start, _at - start);
                    if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                        return wantsText ? throw EvaluationFaults.TextGrid(path, Line, "a text in quotes") : word.ToString();
                }
            }
            throw EvaluationFaults.TextGrid(path, Line, wantsText ? "a text in quotes" : "a number");
        }

        // a quote within is written twice
        private string Quoted()
        {
            var start = ++_at;
            while (text.IndexOf('"', _at) is >= 0 and var quote)
            {
                _at = quote + 1;
                if (_at < text.Length && text[_at] == '"')
                {
                    _at++;
                    continue;
                }
                var found = text[start..quote];
                Line += found.Count(c => c == '\n');
                return found.Replace("\"\"", "\"", StringComparison.Ordinal);
            }
            throw EvaluationFaults.TextGrid(path, Line, "a closing quote");
        }
    }
}
