using System.IO.Compression;
using System.Text;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Corpora.Debian;

/// <summary>What is said in each of Asterisk's prompts, as the package's list says.</summary>
internal static class PromptTexts
{
    /// <summary>Words by the prompt's name; names that are missing are not told.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Read(Func<string, string> unpackedOf, PackagedVoice voice)
    {
        var texts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (voice.TextPackage is not { } package)
            return texts;
        var unpacked = unpackedOf(package);
        var path = Path.Combine(unpacked, "usr", "share", "doc", package, $"core-sounds-{voice.Language}.txt.gz");
        if (!File.Exists(path))
            throw CorpusFaults.PackageLacks(unpacked, $"transcripts of {voice.Speaker}");
        using var reader = new StreamReader(new GZipStream(RegularFile.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (!line.StartsWith(';') && colon > 0)
                texts[line[..colon]] = voice.Language == "en" ? SpokenEnglish.Words(line[(colon + 1)..]) : Words(line[(colon + 1)..]);
        }
        return texts;
    }

    /// <summary>
    /// Words of letters, in capitals; what stands in brackets is a description. None where a figure or a sign is read out: how is not
    /// written.
    /// </summary>
    internal static IReadOnlyList<string> Words(string text)
    {
        var spoken = new StringBuilder();
        var described = 0;
        foreach (var c in CompatibilityForm.Of(text))
        {
            described += c is '[' or '<' ? 1 : 0;
            if (described == 0)
                spoken.Append(char.IsLetter(c) ? char.ToUpperInvariant(c) : c is '’' ? '\'' : c);
            described -= c is ']' or '>' && described > 0 ? 1 : 0;
        }
        var said = spoken.ToString();
        return said.Any(c => char.IsDigit(c) || c is '#' or '*' or '@' or '%' or '$' or '=' or '+' or '/')
            ? []
            : [.. said.Split([.. said.Where(c => !char.IsLetter(c) && c != '\'').Distinct(), ' ']).Select(w => w.Trim('\''))
                .Where(w => w.Length > 0)];
    }
}
