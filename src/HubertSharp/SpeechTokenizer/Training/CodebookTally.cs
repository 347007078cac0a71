using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>How often the codes of each quantiser were chosen over several recordings.</summary>
internal sealed class CodebookTally(int quantizers, int codes)
{
    private readonly long[][] _counts = [.. Enumerable.Range(0, quantizers).Select(_ => new long[codes])];

    /// <param name="chosen">Codes of all frames, one quantiser after the other.</param>
    public void Add(ReadOnlySpan<int> chosen)
    {
        var each = chosen.Length / quantizers;
        for (var i = 0; i < chosen.Length; i++)
            _counts[i / each][chosen[i]]++;
    }

    /// <summary>Of each quantiser the share of codes that were chosen at all, and the perplexity of the choice.</summary>
    public IEnumerable<(string Key, double Value)> Figures() => _counts.Index().SelectMany(book => (
        (string, double)[])[(Used(book.Index), (double)book.Item.Count(count => count > 0) / codes),
            (Perplexity(book.Index), Of([.. book.Item.Select(count => (double)count)]))]);

    /// <summary>The same of a training's averages as they are now, and the share of codes that are dead.</summary>
    /// <returns>The figures for an update of so many vectors.</returns>
    public static Func<double, IReadOnlyList<(string Key, double Value)>> OfAverages(LearntQuantizer quantizer)
    {
        using var scope = NewDisposeScope();
        double[][] books =
            [.. quantizer.Books.Select(book => book.ClusterSize.cpu().data<float>().Select(size => (double)size).ToArray())];
        return vectors =>
        {
            var below = quantizer.DeadBelow(vectors);
            double[] dead = [.. books.Select(sizes => (double)sizes.Count(size => size < (float)below) / sizes.Length)];
            return
            [
                ("dead_codes", dead.Max()),
                .. books.Index().SelectMany(book => ((string, double)[])
                [
                    (Perplexity(book.Index), Of(book.Item)), ($"dead_q{book.Index + 1}", dead[book.Index]),
                ]),
            ];
        };
    }

    private static string Used(int index) => $"used_q{index + 1}";

    private static string Perplexity(int index) => $"perplexity_q{index + 1}";

    private static double Of(double[] sizes)
    {
        var total = sizes.Sum();
        return total <= 0 ? 0
            : Math.Exp(-sizes.Where(size => size > 0).Sum(size => size / total * Math.Log(size / total)));
    }
}
