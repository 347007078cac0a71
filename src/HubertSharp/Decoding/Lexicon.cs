using HubertSharp.Runs;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Files;

namespace HubertSharp.Decoding;

/// <summary>
/// The words that may be said and how they are spelt: a line <c>WORD TOKEN TOKEN ...</c> for each spelling, as fairseq and flashlight read
/// it, or words alone, which their letters spell.
/// </summary>
/// <remarks>Memory: at most 200 bytes per byte of the file, and 2 MiB.</remarks>
internal sealed class Lexicon
{
    private const int MaximumLineBytes = 1 << 16;

    private Lexicon(string path, IReadOnlyList<string> words, IReadOnlyList<int[]> spellings, IReadOnlyList<int> spelt, bool isList) =>
        (Path, Words, Spellings, SpeltWords, IsList) = (path, words, spellings, spelt, isList);

    public string Path { get; }

    /// <summary>Each once, in the order of the file.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Tokens of each spelling.</summary>
    public IReadOnlyList<int[]> Spellings { get; }

    /// <summary>Word of each spelling.</summary>
    public IReadOnlyList<int> SpeltWords { get; }

    /// <summary>No spelling ends in the delimiter, although the alphabet has one: its words run into each other.</summary>
    public bool LacksDelimiters(CtcAlphabet alphabet) =>
        !IsList && alphabet.Delimiter >= 0 && Spellings.All(spelling => spelling[^1] != alphabet.Delimiter);

    /// <summary>The file had no spellings.</summary>
    public bool IsList { get; }

    /// <summary>Reads a lexicon.</summary>
    /// <exception cref="UserException">Missing, empty, or a line that cannot be used, with its number.</exception>
    public static Lexicon Read(string path, CtcAlphabet alphabet, CancellationToken cancellation = default)
    {
        if (!File.Exists(path))
            throw DecodingFaults.NoLexicon(path);
        using var lines = RegularFile.OpenText(path, MaximumLineBytes, cancellation);
        var (ids, words) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<string>());
        var (spellings, spelt) = (new List<int[]>(), new List<int>());
        bool? isList = null;
        for (var line = 1; lines.ReadLine() is { } text; line++)
        {
            var columns = text.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == 0)
                continue;
            if (text.Contains('\uFFFD', StringComparison.Ordinal)) // bytes that are no UTF-8 were read as this
                throw DecodingFaults.LexiconNotUtf8(path, line);
            isList ??= columns.Length == 1;
            if (isList != (columns.Length == 1))
                throw DecodingFaults.LexiconLine(path, line, isList.Value, columns.Length);
            spellings.Add(isList.Value ? Letters(path, line, columns[0], alphabet) : Tokens(path, line, columns, alphabet));
            if (!ids.TryGetValue(columns[0], out var id))
            {
                ids.Add(columns[0], id = words.Count);
                words.Add(columns[0]);
            }
            spelt.Add(id);
        }
        return words.Count > 0 ? new Lexicon(path, words, spellings, spelt, isList!.Value) : throw DecodingFaults.EmptyLexicon(path);
    }

    /// <summary>A word's letters as tokens, the delimiter behind them; null where the dictionary lacks one.</summary>
    public static int[]? Spell(ReadOnlySpan<char> word, CtcAlphabet alphabet, out string lacks)
    {
        var tokens = new List<int>();
        lacks = "";
        foreach (var rune in word.EnumerateRunes())
        {
            var token = alphabet.IndexOf(rune.ToString());
            if (token < 0 || alphabet.IsSilent(token) || token == alphabet.Delimiter)
            {
                lacks = rune.ToString();
                return null;
            }
            tokens.Add(token);
        }
        if (alphabet.Delimiter >= 0)
            tokens.Add(alphabet.Delimiter);
        return [.. tokens];
    }

    private static int[] Letters(string path, int line, string word, CtcAlphabet alphabet) =>
        alphabet.IndexOf(word) is >= 0 and var whole && alphabet.IsWord(whole) && alphabet.Delimiter < 0 ? [whole]
        : Spell(word, alphabet, out var lacks) ?? throw Lacks(path, line, word, lacks, alphabet);

    private static int[] Tokens(string path, int line, string[] columns, CtcAlphabet alphabet)
    {
        var tokens = new int[columns.Length - 1];
        for (var i = 1; i < columns.Length; i++)
        {
            tokens[i - 1] = alphabet.IndexOf(columns[i]);
            if (tokens[i - 1] < 0 || tokens[i - 1] == alphabet.Blank)
                throw Lacks(path, line, columns[0], columns[i], alphabet);
        }
        if (tokens.FirstOrDefault(alphabet.IsSilent, -1) is >= 0 and var mark)
            throw DecodingFaults.SilentSpelling(path, line, columns[0], $"the mark '{alphabet.Tokens[mark]}'");
        return tokens.Any(token => token != alphabet.Delimiter) ? tokens
            : throw DecodingFaults.SilentSpelling(path, line, columns[0], $"'{alphabet.Tokens[alphabet.Delimiter]}' alone");
    }

    private static UserException Lacks(string path, int line, string word, string token, CtcAlphabet alphabet) =>
        DecodingFaults.LexiconToken(path, line, word, token, alphabet.Count,
            new[] { token.ToUpperInvariant(), token.ToLowerInvariant() }.FirstOrDefault(other => alphabet.IndexOf(other) >= 0));
}
