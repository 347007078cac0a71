using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Flashlight;

/// <summary>
/// flashlight's decoder with a lexicon. Within a word the best word beneath the place in the tree is promised, and repaid at the word's
/// end. As there, a word of one token does not last longer than a frame, and at the root the silence token may take frames of its own.
/// </summary>
internal sealed class FlashlightLexiconSearch(
    CtcAlphabet alphabet, int silence, SearchOptions options, WordHistories histories, TokenTrie trie, int unknownWord)
    : FlashlightSearch(alphabet, silence, options, histories)
{
    protected override void Extend(in FlashlightState state, int index, ReadOnlySpan<float> row)
    {
        var isRoot = state.Node == TokenTrie.Root;
        var (first, end) = trie.Children(state.Node);
        for (var child = first; child < end; child++)
        {
            if (Top.Has(trie.Token(child)))
                Enter(state, index, child, row);
        }
        if (!state.IsBlank || isRoot)
        {
            var token = isRoot ? Silence : state.Token;
            Propose(state, index, token, row[token], OfSilence(token), 0, state.History, state.Node);
        }
        Propose(state, index, Alphabet.Blank, row[Alphabet.Blank], 0, 0, state.History, state.Node, isBlank: true);
    }

    private void Enter(in FlashlightState state, int index, int child, ReadOnlySpan<float> row)
    {
        var token = trie.Token(child);
        var (emission, promised, silence) = (row[token], trie.Best(state.Node), OfSilence(token));
        if ((state.IsBlank || token != state.Token) && trie.HasChildren(child))
            Propose(state, index, token, emission, silence, trie.Best(child) - promised, state.History, child);
        var words = trie.Words(child);
        foreach (var word in words)
        {
            if (state.Node == TokenTrie.Root && state.Token == token)
                continue; // or each frame of its token would say it again
            var history = Histories.Next(state.History, word);
            Propose(state, index, token, emission, silence + Options.WordScore, Histories.Score(history) - promised, history, word: word);
        }
        if (words.IsEmpty && Options.UnknownScore > double.NegativeInfinity)
        {
            var history = Histories.Next(state.History, unknownWord);
            Propose(state, index, token, emission, silence + Options.UnknownScore, Histories.Score(history) - promised, history,
                word: unknownWord);
        }
    }
}
