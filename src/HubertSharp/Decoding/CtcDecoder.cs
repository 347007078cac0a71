using HubertSharp.Decoding.Flashlight;
using HubertSharp.Decoding.Prefixes;
using HubertSharp.LanguageModels;
using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

/// <summary>
/// Everything that searches have in common, made once: alphabet, lexicon, language model and weights. A language model's words are those of
/// the lexicon; without one they are spelt by the model's letters, or are its tokens. Thread-safe; a search is one thread's.
/// </summary>
internal sealed class CtcDecoder
{
    private readonly SearchOptions _options;
    private readonly NgramModel? _model;
    private readonly IReadOnlyList<string>? _words;
    private readonly TokenTrie? _trie;
    private readonly int[] _ids; // the language model's, of each word or token

    /// <param name="alphabet">The model's outputs.</param>
    /// <param name="options">How to search.</param>
    /// <param name="lexicon">The words that may be said, or null.</param>
    /// <param name="model">The language model, or null.</param>
    /// <param name="modelPath">Where it lies, for messages.</param>
    /// <exception cref="HubertSharp.Runs.UserException">They do not fit each other.</exception>
    public CtcDecoder(CtcAlphabet alphabet, SearchOptions options, Lexicon? lexicon = null, NgramModel? model = null, string modelPath = "")
    {
        (Alphabet, _options, _model) = (alphabet, options, model);
        if (lexicon is not null)
        {
            _words = lexicon.Words;
            if (lexicon.LacksDelimiters(alphabet))
                Notices.Add($"no spelling of {lexicon.Path} ends in '{alphabet.Tokens[alphabet.Delimiter]}', with which the model ends its "
                    + "words: write it behind each, or give words alone, which are spelt by their letters");
            _ids = LanguageIds(_words, modelPath, $"the lexicon {lexicon.Path}");
            _trie = new TokenTrie(lexicon.Spellings, lexicon.SpeltWords, [.. Enumerable.Range(0, _words.Count).Select(Beginning)]);
        }
        else if (model is not null && alphabet.Delimiter >= 0 && model.Find(alphabet.Tokens[alphabet.Delimiter]) == 0)
        {
            if (options.Kind == SearchKind.Flashlight)
                throw DecodingFaults.TokensOnly(modelPath);
            (_words, _ids, var spellings) = Vocabulary(model, modelPath);
            _trie = new TokenTrie(spellings, [.. Enumerable.Range(0, _words.Count)],
                [.. Enumerable.Range(0, _words.Count).Select(Beginning)]);
        }
        else
        {
            _ids = LanguageIds(alphabet.Tokens, modelPath, "the model's tokens");
        }
    }

    public CtcAlphabet Alphabet { get; }

    /// <summary>What a person should know of how these fit.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>The language model is asked.</summary>
    public bool HasLanguage => _model is not null && _options.Kind != SearchKind.Greedy;

    /// <summary>A search with memory of its own.</summary>
    public CtcSearch NewSearch()
    {
        var histories = new WordHistories(_model, _ids);
        switch (_options.Kind)
        {
            case SearchKind.Greedy:
                return new GreedySearch(Alphabet);
            case SearchKind.Flashlight:
                var silence = Alphabet.Delimiter >= 0 ? Alphabet.Delimiter
                    : Alphabet.IndexOf("</s>") is >= 0 and var end ? end : Alphabet.Blank;
                return _trie is null ? new FlashlightTokenSearch(Alphabet, silence, _options, histories)
                    : new FlashlightLexiconSearch(Alphabet, silence, _options, histories, _trie, _words!.Count);
            default:
                var guide = new WordGuide(_trie, _words?.Count ?? 0, _model is null || _trie is null ? 0 : Beginning(_words!.Count),
                    ScoresTokens: _trie is null && _model is not null, _model is not null);
                return new PrefixSearch(Alphabet, Alphabet.Delimiter, _options, histories, guide);
        }
    }

    /// <summary>Readings as text with times; of several with the same text the best is kept.</summary>
    /// <param name="frameSeconds">From one frame to the next.</param>
    public IReadOnlyList<Transcript> Read(CtcSearch search, double frameSeconds)
    {
        var builder = new TranscriptBuilder(Alphabet, _trie is null ? null : _words, frameSeconds);
        return [.. search.Finish(_options.NBest * 4).Select(hypothesis => builder.Build(hypothesis, HasLanguage))
            .DistinctBy(transcript => transcript.Text).Take(_options.NBest)];
    }

    private float Beginning(int word) => _model?.Score(_options.SentenceEnds ? _model.Start : NgramModel.Empty, _ids[word], out _) ?? 0;

    /// <summary>The last one is the unknown word's.</summary>
    private int[] LanguageIds(IReadOnlyList<string> words, string modelPath, string others)
    {
        var ids = new int[words.Count + 1];
        if (_model is null)
            return ids;
        var known = 0;
        for (var i = 0; i < words.Count; i++)
            known += (ids[i] = _model.Find(words[i])) > 0 && ids[i] != _model.BeginOfSentence && ids[i] != _model.EndOfSentence ? 1 : 0;
        if (known == 0)
            throw DecodingFaults.OtherLanguage(modelPath, others, Examples(_model),
                words.Any(word => _model.Find(word.ToLowerInvariant()) > 0 || _model.Find(word.ToUpperInvariant()) > 0));
        if (known * 5 < words.Count)
            Notices.Add($"{modelPath} knows only {known:#,0} of {words.Count:#,0} of {others}");
        return ids;
    }

    /// <summary>The language model's words, as far as the alphabet spells them.</summary>
    private (IReadOnlyList<string> Words, int[] Ids, IReadOnlyList<int[]> Spellings) Vocabulary(NgramModel model, string path)
    {
        var (words, ids, spellings) = (new List<string>(), new List<int>(), new List<int[]>());
        for (var id = 1; id < model.WordCount; id++)
        {
            if (id == model.BeginOfSentence || id == model.EndOfSentence
                || Lexicon.Spell(model.Word(id), Alphabet, out _) is not { } spelling)
                continue;
            words.Add(model.Word(id));
            ids.Add(id);
            spellings.Add(spelling);
        }
        if (words.Count == 0)
            throw DecodingFaults.OtherLanguage(path, "the model's letters", Examples(model),
                Enumerable.Range(1, model.WordCount - 1).Any(id => id != model.BeginOfSentence && id != model.EndOfSentence
                    && (Lexicon.Spell(model.Word(id).ToUpperInvariant(), Alphabet, out _)
                        ?? Lexicon.Spell(model.Word(id).ToLowerInvariant(), Alphabet, out _)) is not null));
        if (words.Count * 2 < model.WordCount - 3)
            Notices.Add($"the model's letters spell only {words.Count:#,0} of the {model.WordCount - 3:#,0} words of {path}");
        return (words, [.. ids, 0], spellings);
    }

    private static string Examples(NgramModel model) => string.Join(", ", Enumerable.Range(1, model.WordCount - 1)
        .Where(id => id != model.BeginOfSentence && id != model.EndOfSentence).Take(3)
        .Select(id => $"'{HubertSharp.Runs.PrintableText.Of(model.Word(id))}'").DefaultIfEmpty("none"));
}
