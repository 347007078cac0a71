using HubertSharp.Runs;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Finetuning;

/// <summary>Which symbols the transcripts of a split hold, in all, by language, and in its code-switched utterances.</summary>
internal static class TranscriptUsage
{
    /// <summary>Of all first, then of each part by its name.</summary>
    public static IReadOnlyList<SymbolUsage> Of(TranscriptData data)
    {
        var parts = new SortedDictionary<string, Counts>(StringComparer.Ordinal);
        var all = new Counts(data.Dictionary.Count);
        for (var i = 0; i < data.Manifest.Entries.Count; i++)
        {
            var target = data.Target(i);
            all.Add(target);
            foreach (var part in data.PartsOf(i, target))
            {
                if (!parts.TryGetValue(part, out var counts))
                    parts[part] = counts = new Counts(data.Dictionary.Count);
                counts.Add(target);
            }
        }
        return [all.Usage(null, data.Dictionary), .. parts.Select(p => p.Value.Usage(p.Key, data.Dictionary))];
    }

    /// <summary>One sentence where there is more than one part.</summary>
    public static string? Sentence(IReadOnlyList<SymbolUsage> usage, int dictionary) => usage.Count < 3 ? null
        : "symbols by language: " + string.Join("; ", usage.Skip(1).Select(u => $"{u.Part}: {Counted.Of(u.Utterances, "utterance")}, "
            + $"{Counted.Of(u.Symbols, "symbol")}, {u.Used:N0} of {dictionary:N0} different ones"));

    private sealed class Counts(int classes)
    {
        private readonly long[] _histogram = new long[classes];
        private int _utterances;

        public void Add(int[] target)
        {
            _utterances++;
            foreach (var symbol in target)
                _histogram[symbol]++;
        }

        public SymbolUsage Usage(string? part, LabelDictionary dictionary) => SymbolUsage.Of(part, _utterances, _histogram, dictionary);
    }
}
