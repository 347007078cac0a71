using System.Buffers;
using System.Text;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Runs.Alphabets;

/// <summary>
/// The outputs of a CTC model as parts of text. A dictionary with <c>|</c> parts words by it; a Chinese character is a word of its own in
/// any dictionary, because nothing parts it from the next.
/// </summary>
public sealed class CtcAlphabet
{
    /// <summary>The token between words.</summary>
    public const string WordDelimiter = "|";

    private static readonly string[] s_delimiters = [WordDelimiter, " ", "\u2581"]; // the last is SentencePiece's
    private static readonly string[] s_silent = ["<pad>", "<s>", "</s>", "[PAD]"];

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly bool[] _isSilent, _isWord;

    /// <param name="tokens">The token of each output.</param>
    /// <param name="blank">Index of CTC's blank.</param>
    public CtcAlphabet(IReadOnlyList<string> tokens, int blank)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegative(blank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(blank, tokens.Count);
        (Tokens, Blank) = ([.. tokens.Select(token => token ?? "")], blank); // a damaged list may have holes
        (_isSilent, _isWord) = (new bool[tokens.Count], new bool[tokens.Count]);
        for (var i = 0; i < tokens.Count; i++)
            _ids.TryAdd(Tokens[i], i);
        Delimiter = s_delimiters.Select(IndexOf).FirstOrDefault(id => id >= 0 && id != blank, -1);
        for (var i = 0; i < tokens.Count; i++)
        {
            _isSilent[i] = i == blank || s_silent.Contains(Tokens[i]);
            var runes = Tokens[i].EnumerateRunes().Count();
            _isWord[i] = runes == 1 ? IsIdeograph(Tokens[i]) : Delimiter < 0 && !_isSilent[i];
        }
    }

    public IReadOnlyList<string> Tokens { get; }

    public int Count => Tokens.Count;

    public int Blank { get; }

    /// <summary>Index of the token between words, or -1 where the dictionary has none.</summary>
    public int Delimiter { get; }

    /// <summary>The output of a token, or -1.</summary>
    public int IndexOf(string token) => _ids.GetValueOrDefault(token, -1);

    /// <summary>Whether an output never becomes text: the blank, padding, and the marks of a sentence's ends.</summary>
    public bool IsSilent(int token) => _isSilent[token];

    /// <summary>
    /// Whether a token is a word by itself: a Chinese character, or one of several letters (a syllable, say) where nothing parts words.
    /// </summary>
    public bool IsWord(int token) => _isWord[token];

    /// <summary>Tokens joined, their delimiters as single spaces, none at the ends; syllables apart.</summary>
    public string Text(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var wasApart = false;
        foreach (var token in tokens)
        {
            if (_isSilent[token])
                continue;
            var isApart = Delimiter < 0 && _isWord[token] && !IsIdeograph(Tokens[token]);
            if ((isApart || wasApart || token == Delimiter) && text.Length > 0 && text[^1] != ' ')
                text.Append(' ');
            if (token != Delimiter)
                text.Append(Tokens[token]);
            wasApart = isApart;
        }
        return text.ToString().TrimEnd(' ');
    }

    /// <summary>Whether a word begins with a Chinese character.</summary>
    public static bool IsIdeograph(ReadOnlySpan<char> word) =>
        Rune.DecodeFromUtf16(word, out var rune, out _) == OperationStatus.Done && Ideographs.Has(rune);

    /// <summary>Whether a word ends with a Chinese character.</summary>
    public static bool EndsInIdeograph(ReadOnlySpan<char> word) =>
        Rune.DecodeLastFromUtf16(word, out var rune, out _) == OperationStatus.Done && Ideographs.Has(rune);
}
