namespace HubertSharp.LanguageModels.Training;

/// <summary>
/// Mixes the probabilities of each order with those of the next shorter history, and hands out the model order by order: n-grams that end
/// alike come together, so that the shorter one is met on the way.
/// </summary>
internal static class Interpolation
{
    /// <summary>Gets an n-gram with its probability and, as a history, its back-off weight.</summary>
    public delegate void Take(ReadOnlySpan<uint> words, double probability, double weight);

    /// <summary>Probabilities of single words: mixed with the uniform distribution over all but <c>&lt;s&gt;</c>, or all that is left is
    /// the unknown word's.</summary>
    public static double[] Unigrams(ulong[] counts, Discounts discounts, bool isMixed)
    {
        var (sum, left) = (0.0, 0.0);
        foreach (var count in counts)
        {
            sum += count;
            left += discounts.Of(count);
        }
        var share = isMixed ? left / sum / (counts.Length - 1) : 0;
        double[] probabilities = [.. counts.Select(count => ((count - discounts.Of(count)) / sum) + share)];
        probabilities[CorpusCounts.Begin] = 1; // never asked for; lmplz writes 0 in log10
        if (!isMixed)
            probabilities[CorpusCounts.Unknown] = left / sum;
        return probabilities;
    }

    /// <summary>Hands out single words.</summary>
    /// <param name="probabilities">By word.</param>
    /// <param name="weights">Back-off weights by word, sorted; null where the model has no longer n-grams.</param>
    /// <param name="take">Gets them.</param>
    public static void Words(double[] probabilities, RecordReader? weights, Take take)
    {
        var hasWeight = weights?.MoveNext() ?? false;
        Span<uint> word = stackalloc uint[1];
        for (var id = 0u; id < probabilities.Length; id++)
        {
            word[0] = id;
            take(word, probabilities[id], WeightOf(word, weights, ref hasWeight));
        }
    }

    /// <summary>Mixes one order of two words or more, and hands it out.</summary>
    /// <param name="order">Words of the n-grams.</param>
    /// <param name="own">Words, probability and weight of the history, sorted by their ends.</param>
    /// <param name="shorter">Probability of the n-gram without its first word; asked in ascending order.</param>
    /// <param name="weights">Back-off weights, sorted by their ends; null for the longest.</param>
    /// <param name="take">Gets them.</param>
    public static void Order(int order, RecordReader own, Func<ReadOnlySpan<uint>, double> shorter, RecordReader? weights, Take take)
    {
        var hasWeight = weights?.MoveNext() ?? false;
        while (own.MoveNext())
        {
            var words = own.Current[..order];
            var probability = BitConverter.UInt32BitsToSingle(own.Current[order])
                + (BitConverter.UInt32BitsToSingle(own.Current[order + 1]) * shorter(words[1..]));
            take(words, probability, WeightOf(words, weights, ref hasWeight));
        }
    }

    // histories that pruning left out are passed over
    private static double WeightOf(ReadOnlySpan<uint> words, RecordReader? weights, ref bool hasWeight)
    {
        while (hasWeight && RecordOrder.CompareEnds(weights!.Current[..words.Length], words) is var compared && compared <= 0)
        {
            if (compared == 0)
                return BitConverter.UInt32BitsToSingle(weights.Current[words.Length]);
            hasWeight = weights.MoveNext();
        }
        return 1;
    }
}
