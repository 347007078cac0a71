namespace HubertSharp.Tests.LanguageModels.Training;

/// <summary>Modified Kneser-Ney by its definitions, with every n-gram in a dictionary: slow, and independent of the trainer.</summary>
internal sealed class NaiveKneserNey
{
    private readonly string[][] _sentences;
    private readonly int _order;
    private readonly double[] _fallback;

    public NaiveKneserNey(IEnumerable<string> lines, int order, double[] fallback)
    {
        (_order, _fallback) = (order, fallback);
        _sentences = [.. lines.Select(l => (string[])["<s>", .. l.Split(' ', StringSplitOptions.RemoveEmptyEntries), "</s>"])];
    }

    public ArpaText Model()
    {
        var types = _sentences.SelectMany(s => s).Append("<unk>").Distinct().ToArray();
        var occurrences = Enumerable.Range(1, _order).Select(Occurrences).ToArray();
        var counts = Enumerable.Range(1, _order).Select(n => Adjusted(n, occurrences)).ToArray();
        var last = Last();
        var discounts = counts.Select((c, n) => Discounts(
            [.. c.Select(e => last.Contains(e.Key) ? occurrences[n][e.Key] : e.Value)])).ToArray();
        var probabilities = new Dictionary<string, double>[_order];
        var weights = new Dictionary<string, double>[_order];
        for (var n = 1; n <= _order; n++)
        {
            (probabilities[n - 1], weights[n - 1]) = ([], []);
            foreach (var history in counts[n - 1].GroupBy(c => History(c.Key)))
            {
                var sum = history.Sum(c => (double)c.Value);
                var left = history.Sum(c => discounts[n - 1][Math.Min(c.Value, 3)]) / sum;
                weights[n - 1][history.Key] = left;
                foreach (var (ngram, count) in history)
                    probabilities[n - 1][ngram] = ((count - discounts[n - 1][Math.Min(count, 3)]) / sum)
                        + (left * (n == 1 ? 1.0 / (types.Length - 1) : probabilities[n - 2][Shorter(ngram)]));
            }
        }
        probabilities[0]["<unk>"] = weights[0][""] / (types.Length - 1);
        probabilities[0]["<s>"] = 1;
        return new ArpaText([.. probabilities.Select(p => (long)p.Count)],
        [
            .. probabilities.Select((p, n) => p.ToDictionary(e => e.Key,
                e => (Math.Log10(e.Value), n + 1 < _order && weights[n + 1].TryGetValue(e.Key, out var w) ? Math.Log10(w) : 0))),
        ]);
    }

    private Dictionary<string, int> Occurrences(int n) => _sentences
        .SelectMany(s => Enumerable.Range(0, Math.Max(0, s.Length - n + 1)).Select(i => string.Join(' ', s[i..(i + n)])))
        .Where(ngram => ngram != "<s>").GroupBy(ngram => ngram).ToDictionary(g => g.Key, g => g.Count());

    private Dictionary<string, int> Adjusted(int n, Dictionary<string, int>[] occurrences) => n == _order ? occurrences[n - 1]
        : occurrences[n - 1].ToDictionary(c => c.Key, c => c.Key.StartsWith("<s>", StringComparison.Ordinal) ? c.Value
            : occurrences[n].Keys.Count(longer => Shorter(longer) == c.Key));

    private double[] Discounts(int[] counts)
    {
        double Counted(int times) => counts.Count(c => c == times);
        var y = Counted(1) / (Counted(1) + (2 * Counted(2)));
        double[] discounts = [0, .. new[] { 1, 2, 3 }.Select(j => j - ((j + 1) * y * Counted(j + 1) / Counted(j)))];
        return discounts.Where((d, j) => !(d >= 0 && d <= j)).Any() ? [0, .. _fallback] : discounts;
    }

    /// <summary>The ends of the n-gram that comes last by its last word, then the one before it: lmplz counts them otherwise.</summary>
    private HashSet<string> Last()
    {
        var ids = ((string[])["<unk>", "<s>", "</s>", .. _sentences.SelectMany(s => s)]).Distinct().Select((w, i) => (w, i))
            .ToDictionary(w => w.w, w => w.i);
        var windows = _sentences.SelectMany(s => Enumerable.Range(2, s.Length - 1)
            .Select(end => Enumerable.Repeat("<s>", Math.Max(0, _order - end)).Concat(s[Math.Max(0, end - _order)..end]).ToArray()));
        var last = windows.MaxBy(w => string.Concat(w.Reverse().Select(word => (char)ids[word])), StringComparer.Ordinal)!;
        var ends = Enumerable.Range(1, _order).Select(n => last[^n..]);
        return [.. ends.Where(e => !e.Skip(1).Contains("<s>")).Select(e => string.Join(' ', e))];
    }

    private static string History(string ngram) => ngram.LastIndexOf(' ') is var end and >= 0 ? ngram[..end] : "";

    private static string Shorter(string ngram) => ngram[(ngram.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
