using System.Text;

namespace HubertSharp.Corpora.Formats;

/// <summary>
/// fairseq's transcripts: <c>.wrd</c> with one line of words per utterance, <c>.ltr</c> with its letters and <c>|</c> after each word.
/// </summary>
internal static class Transcripts
{
    public static void Write(string folder, string split, IReadOnlyList<string> lines)
    {
        ListFile.Write(Path.Combine(folder, $"{split}.wrd"), lines.Select(line => line + "\n"));
        ListFile.Write(Path.Combine(folder, $"{split}.ltr"), lines.Select(line => Letters(line) + "\n"));
    }

    /// <summary><c>HI YOU</c> becomes <c>H I | Y O U |</c>, as fairseq's libri_labels.py writes it; an empty line stays empty.</summary>
    public static string Letters(string line)
    {
        var text = new StringBuilder();
        foreach (var rune in line.Trim().EnumerateRunes())
            text.Append(rune.Value == ' ' ? "|" : rune.ToString()).Append(' ');
        return text.Length == 0 ? "" : text.Append('|').ToString();
    }
}
