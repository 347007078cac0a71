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
        foreach (var speaker in utterances.GroupBy(u => (u.Speaker, u.Language)))
        {
            text.Append(CorpusFaults.NameOf(speaker.Key.Speaker)).Append('\t').Append(speaker.Key.Language);
            if (withSex)
                text.Append('\t').Append(CorpusFaults.NameOf(sexes!.GetValueOrDefault(speaker.Key.Speaker, "")));
            foreach (var split in CorpusParts.Splits)
            {
                var samples = speaker.Where(u => u.Split == split).Sum(u => u.Samples);
                text.Append(CultureInfo.InvariantCulture, $"\t{samples / (double)AudioFile.SampleRate:0.0}");
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
