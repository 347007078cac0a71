using HubertSharp.Runs.Labels;

namespace HubertSharp.Runs.RunFolders;

/// <summary>Which symbols the transcripts of a language hold.</summary>
/// <param name="Part">The language, or <c>code_switched</c> for the utterances that hold two scripts; null for all.</param>
/// <param name="Utterances">How many.</param>
/// <param name="Symbols">Symbols of their transcripts.</param>
/// <param name="Used">Different ones among them that the dictionary has.</param>
/// <param name="EntropyBits">Of their histogram.</param>
/// <param name="Most">The most frequent ones.</param>
public sealed record SymbolUsage(
    string? Part, int Utterances, long Symbols, int Used, double EntropyBits, IReadOnlyList<SymbolCount> Most)
{
    private const int MostNamed = 10;

    /// <summary>Counts them.</summary>
    /// <param name="part">The language.</param>
    /// <param name="utterances">How many.</param>
    /// <param name="histogram">How often each class is spoken.</param>
    /// <param name="dictionary">Their symbols.</param>
    public static SymbolUsage Of(string? part, int utterances, IReadOnlyList<long> histogram, LabelDictionary dictionary)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ArgumentNullException.ThrowIfNull(dictionary);
        var used = histogram.Index().Where(c => c.Index > LabelDictionary.Unk && c.Item > 0).ToList();
        return new SymbolUsage(part, utterances, histogram.Sum(), used.Count, Histograms.EntropyBits([.. used.Select(c => c.Item)]),
            [
                .. used.OrderByDescending(c => c.Item).ThenBy(c => c.Index).Take(MostNamed)
                    .Select(c => new SymbolCount(dictionary.Symbols[c.Index], c.Item)),
            ]);
    }
}

/// <summary>A symbol and how often it is spoken.</summary>
/// <param name="Symbol">As the dictionary has it.</param>
/// <param name="Count">Times.</param>
public sealed record SymbolCount(string Symbol, long Count);
