using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>How often the codes of each quantiser were chosen over several recordings.</summary>
internal sealed class CodebookTally(int quantizers, int codes)
{
    private readonly long[][] _counts = [.. Enumerable.Range(0, quantizers).Select(_ => new long[codes])];

    /// <param name="chosen">[N, B, T] int64.</param>
    public void Add(Tensor chosen)
    {
        using var host = chosen.cpu().contiguous();
        var (values, each) = (host.data<long>(), (int)(chosen.numel() / quantizers));
        for (var i = 0; i < values.Count; i++)
            _counts[i / each][values[i]]++;
    }

    /// <summary>Of each quantiser the share of codes that were chosen at all, and the perplexity of the choice.</summary>
    public IEnumerable<(string Key, double Value)> Figures() => _counts.Index().SelectMany(book => (
        (string, double)[])[(Used(book.Index), (double)book.Item.Count(count => count > 0) / codes),
            (Perplexity(book.Index), Of([.. book.Item.Select(count => (double)count)]))]);

    /// <summary>The same of a training's averages, and the share of codes that are dead.</summary>
    public static IReadOnlyList<(string Key, double Value)> OfAverages(LearntQuantizer quantizer, double vectors)
    {
        using var scope = NewDisposeScope();
        double[] dead = [.. Enumerable.Range(0, quantizer.Books.Count).Select(layer => quantizer.DeadShare(layer, vectors))];
        return
        [
            ("dead_codes", dead.Max()),
            .. quantizer.Books.Index().SelectMany(book => ((string, double)[])
            [
                (Perplexity(book.Index), Of([.. book.Item.ClusterSize.cpu().data<float>().Select(size => (double)size)])),
                ($"dead_q{book.Index + 1}", dead[book.Index]),
            ]),
        ];
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
