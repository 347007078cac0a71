using System.Globalization;
using System.Text;
using HubertSharp.Audio;

namespace HubertSharp.Corpora;

/// <summary><c>speakers.tsv</c>: each speaker with language, seconds in every part, and the sex where a corpus tells it.</summary>
internal static class SpeakerTable
{
    public const string Name = "speakers.tsv";

    /// <summary>The whole table; speakers in the order in which they come.</summary>
    public static string Text(
        IEnumerable<(string Speaker, string? Language, string Split, long Samples)> utterances,
        IReadOnlyDictionary<string, string>? sexes = null)
    {
        var withSex = sexes is { Count: > 0 };
        var text = new StringBuilder("speaker\tlanguage").Append(withSex ? "\tsex" : "");
        text.Append('\t').AppendJoin('\t', CorpusParts.Splits.Select(split => $"{split}_s")).Append('\n');
        var lengths = new OrderedDictionary<(string Speaker, string? Language), long[]>();
        foreach (var (name, language, split, samples) in utterances)
        {
            if (!lengths.TryGetValue((name, language), out var sums))
                lengths.Add((name, language), sums = new long[CorpusParts.Splits.Length]);
            sums[Array.IndexOf(CorpusParts.Splits, split)] += samples;
        }
        foreach (var (speaker, sums) in lengths)
        {
            text.Append(CorpusFaults.NameOf(speaker.Speaker)).Append('\t').Append(speaker.Language);
            if (withSex)
                text.Append('\t').Append(CorpusFaults.NameOf(sexes!.GetValueOrDefault(speaker.Speaker, "")));
            foreach (var samples in sums)
                text.Append(CultureInfo.InvariantCulture, $"\t{samples / (double)AudioFile.SampleRate:0.0}");
            text.Append('\n');
        }
        return text.ToString();
    }
}
