using System.Runtime.InteropServices;
using HubertSharp.Runs;

namespace HubertSharp.Training.Data;

/// <summary>
/// Which utterances an epoch hears where languages are balanced: a language with the share q of the audio is heard for a share
/// proportional to q^(1 / temperature), as multilingual fairseq, XLS-R and mHuBERT-147 sample (there with alpha = 1 / temperature). An
/// epoch takes all utterances of the language that is raised most, and of each other one the next part of a shuffled pass over it, so
/// that within a language all are heard equally often. A pure function of seed and epoch.
/// </summary>
internal sealed class LanguageSampler
{
    private readonly (string Language, int[] Utterances, double PerEpoch)[] _languages;
    private readonly ulong _seed;

    /// <param name="lengths">Language and samples of each utterance; none is a language of its own.</param>
    /// <param name="temperature"><c>dataset.language_temperature</c>; 1 takes everything in every epoch.</param>
    /// <param name="runSeed"><c>common.seed</c>.</param>
    public LanguageSampler(IEnumerable<(int Utterance, string? Language, long Samples)> lengths, double temperature, long runSeed)
    {
        _seed = SeededRandom.Derive((ulong)runSeed, 0x6C616E67); // "lang"
        var byLanguage = new Dictionary<string, (List<int> Utterances, long Samples)>(StringComparer.Ordinal);
        foreach (var (utterance, language, samples) in lengths)
        {
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(byLanguage, language ?? "", out _);
            (group.Utterances ??= []).Add(utterance);
            group.Samples = checked(group.Samples + samples);
        }
        var groups = byLanguage.OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Language: g.Key, Utterances: g.Value.Utterances.ToArray(), Samples: (double)g.Value.Samples)).ToArray();
        // raised by (q^(1/T)) / q: the shortest language most
        var raised = groups.Select(g => Math.Pow(g.Samples / groups.Max(o => o.Samples), (1 / temperature) - 1)).ToArray();
        _languages = [.. groups.Select((g, i) => (g.Language, g.Utterances, g.Utterances.Length * (raised[i] / raised.Max())))];
    }

    /// <summary>Languages; with one there is nothing to balance.</summary>
    public int LanguageCount => _languages.Length;

    /// <summary>How many of a language's utterances an epoch takes on average.</summary>
    public IEnumerable<(string Language, double Utterances, int Of)> PerEpoch =>
        _languages.Select(l => (l.Language, l.PerEpoch, l.Utterances.Length));

    /// <summary>The utterances of an epoch, from 1, ascending.</summary>
    public int[] Utterances(int epoch)
    {
        var chosen = new List<int>();
        foreach (var (number, (_, utterances, perEpoch)) in _languages.Index())
        {
            var (from, until) = ((long)Math.Floor((epoch - 1) * perEpoch), (long)Math.Floor(epoch * perEpoch));
            // a language of few utterances is heard in every epoch, however little of it is wanted
            until = Math.Max(until, from + 1);
            for (var at = from; at < until;)
            {
                var pass = at / utterances.Length;
                var end = Math.Min(until, (pass + 1) * utterances.Length);
                chosen.AddRange(Pass(number, pass)[(int)(at - (pass * utterances.Length))..(int)(end - (pass * utterances.Length))]);
                at = end;
            }
        }
        // where a part spans two passes an utterance may stand in both: one batch need not hold it twice
        chosen.Sort();
        var kept = 0;
        for (var i = 0; i < chosen.Count; i++)
        {
            if (i == 0 || chosen[i] != chosen[i - 1])
                chosen[kept++] = chosen[i];
        }
        return [.. chosen[..kept]];
    }

    private int[] Pass(int language, long pass)
    {
        int[] order = [.. _languages[language].Utterances];
        SeededRandom.ForItem((long)SeededRandom.Derive(_seed, (ulong)language), pass).Shuffle<int>(order);
        return order;
    }
}
