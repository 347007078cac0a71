using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Formats;

/// <summary>One line <c>KEY REST</c> of a list.</summary>
internal readonly record struct KeyedLine(string Key, string Rest, int Number);

/// <summary>
/// Lists with a key at the beginning of each line and a space or tab behind it: transcripts of LibriSpeech and AISHELL, all files of
/// Kaldi. A byte order mark, line ends of Windows and empty lines are no fault.
/// </summary>
internal static class KeyedLines
{
    /// <exception cref="Runs.UserException">A line that is not UTF-8.</exception>
    public static IEnumerable<KeyedLine> Of(string path)
    {
        var number = 0;
        foreach (var line in RegularFile.ReadLines(path))
        {
            number++;
            if (line.Contains('\uFFFD'))
                throw LayoutFaults.NotUtf8(path, number);
            var text = line.Trim();
            if (text.Length == 0)
                continue;
            var gap = text.AsSpan().IndexOfAny(' ', '\t');
            yield return gap < 0
                ? new KeyedLine(text, "", number)
                : new KeyedLine(text[..gap], text[(gap + 1)..].TrimStart(), number);
        }
    }

    /// <summary>Adds the lines of a file by their keys; the same line twice is one.</summary>
    /// <exception cref="Runs.UserException">A key with two meanings.</exception>
    public static void Add(KeyedTexts lines, string path)
    {
        foreach (var line in Of(path))
        {
            if (!lines.TryAdd(line.Key, line.Rest))
                throw LayoutFaults.Twice(path, line.Number, line.Key);
        }
    }

    /// <summary>The lines of a file by their keys, in their order; none where the file is not there.</summary>
    public static KeyedTexts Read(string path)
    {
        var lines = new KeyedTexts();
        if (File.Exists(path))
            Add(lines, path);
        return lines;
    }
}
