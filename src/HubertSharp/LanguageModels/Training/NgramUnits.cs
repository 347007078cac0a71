using System.Text;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.LanguageModels.Training;

/// <summary>Parts lines of text into the words of a model.</summary>
/// <param name="unit">What a word is.</param>
/// <param name="words">Words that texts without blanks are made of: each time the longest that fits is taken, else one character.
/// Memory: at most 200 bytes per byte of the file, and 16 MiB.</param>
internal sealed class NgramUnits(NgramUnit unit, IReadOnlySet<string>? words = null)
{
    private const int MaximumLineBytes = 1 << 20;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _words =
        words is null ? null : new HashSet<string>(words, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly int _longest = words is null || words.Count == 0 ? 1 : words.Max(w => w.Length);

    /// <summary>Gets a word in UTF-8; it holds for the call.</summary>
    public delegate void Take(ReadOnlySpan<byte> word);

    /// <summary>One word per line; what stands behind it is passed over, so that lexica and dictionaries do too.</summary>
    public static NgramUnits Of(NgramUnit unit, string? wordList, CancellationToken cancellation = default)
    {
        if (wordList is null)
            return new NgramUnits(unit);
        if (unit != NgramUnit.Word)
            throw LanguageModelFaults.WordListOfUnit(unit);
        var words = new HashSet<string>(StringComparer.Ordinal);
        using var lines = TextLines.Open(wordList, MaximumLineBytes, cancellation);
        while (lines.MoveNext())
        {
            var line = lines.Current;
            if (TextLines.Token(ref line) is { Length: > 0 } word)
                words.Add(Encoding.UTF8.GetString(word));
        }
        return words.Count > 0 ? new NgramUnits(unit, words) : throw LanguageModelFaults.NoWords(wordList);
    }

    public void Part(ReadOnlySpan<byte> line, Take take)
    {
        for (var word = TextLines.Token(ref line); !word.IsEmpty; word = TextLines.Token(ref line))
        {
            if (_words is { } known)
                Longest(word, known, take);
            else if (unit == NgramUnit.Word)
                take(word);
            else
                Characters(word, take);
        }
    }

    private void Characters(ReadOnlySpan<byte> word, Take take)
    {
        while (!word.IsEmpty)
        {
            Rune.DecodeFromUtf8(word, out var rune, out var length);
            // the wide blank of Chinese texts, and what nobody sees, are no characters of them
            if (!Rune.IsWhiteSpace(rune) && InvisibleCharacters.Instead(rune) is null)
                take(word[..length]);
            word = word[length..];
        }
        if (unit == NgramUnit.Letter)
            take("|"u8);
    }

    private void Longest(ReadOnlySpan<byte> word, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known, Take take)
    {
        var text = Encoding.UTF8.GetString(word);
        if (known.Contains(text))
        {
            take(word);
            return;
        }
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = Math.Min(_longest, text.Length - at);
            var one = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            while (length > one && !known.Contains(text.AsSpan(at, length)))
                length--;
            length = Math.Max(length, one);
            take(Encoding.UTF8.GetBytes(text.Substring(at, length)));
        }
    }
}
