using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Prefixes;

/// <content>What each hypothesis is once nothing follows: a word may end without its delimiter, and so may the text.</content>
internal sealed partial class PrefixSearch
{
    private sealed record End(PrefixState State, int LastWord, double Score, double Acoustic);

    public override IReadOnlyList<Hypothesis> Finish(int most)
    {
        var ends = new Dictionary<PrefixTree.Node, End>();
        foreach (ref var state in _beam.States)
            Whole(ends, state);
        if (ends.Count == 0) // no word came to its end
        {
            foreach (ref var state in _beam.States)
                Add(ends, state, state.Text, TokenRun.NoWord);
        }
        return [.. ends.Values.OrderByDescending(end => end.Score).Take(most).Select(Read)];
    }

    private void Whole(Dictionary<PrefixTree.Node, End> ends, in PrefixState state)
    {
        var words = _guide.Words;
        if (words is null || state.Node == TokenTrie.Root)
        {
            var isOpen = _delimiter >= 0 && state.Last >= 0 && state.Last != _delimiter;
            Add(ends, state, isOpen ? new PrefixTree.Node(state.Prefix, _delimiter, TokenRun.NoWord) : state.Text, TokenRun.NoWord);
        }
        else if (_delimiter >= 0)
        {
            var child = state.Node == UnknownNode ? TokenTrie.None : words.Child(state.Node, _delimiter);
            if (child >= 0)
            {
                foreach (var word in words.Words(child))
                    Say(ends, state, word, 0);
            }
            else if (AllowsUnknown)
            {
                Say(ends, state, _guide.UnknownWord, _options.UnknownScore);
            }
        }
    }

    private void Say(Dictionary<PrefixTree.Node, End> ends, PrefixState state, int word, double more)
    {
        state.History = _histories.Next(state.History, word);
        var score = _histories.Score(state.History);
        state.Language += score;
        state.Bonus += (_weight * score) + _options.WordScore + more;
        Add(ends, state, new PrefixTree.Node(state.Prefix, _delimiter, word), word);
    }

    private void Add(Dictionary<PrefixTree.Node, End> ends, PrefixState state, PrefixTree.Node text, int lastWord)
    {
        if (_options.SentenceEnds && _guide.HasLanguage)
        {
            var score = _histories.Score(_histories.End(state.History));
            state.Language += score;
            state.Bonus += _weight * score;
        }
        var (acoustic, full) = (state.Acoustic, state.Acoustic + state.Bonus);
        if (!ends.TryGetValue(text, out var same))
        {
            ends.Add(text, new End(state, lastWord, full, acoustic));
            return;
        }
        // the best path tells the times
        var better = state.BestPath + state.Bonus > same.State.BestPath + same.State.Bonus ? (State: state, LastWord: lastWord)
            : (same.State, same.LastWord);
        ends[text] = new End(better.State, better.LastWord, PrefixState.Sum(full, same.Score), PrefixState.Sum(acoustic, same.Acoustic));
    }

    private Hypothesis Read(End end)
    {
        var state = end.State;
        var path = state.BestLabel > state.BestBlank ? _runs.Path(state.LabelRun, Frame - 1, state.LabelPeak)
            : _runs.Path(state.BlankRun, state.BlankEnd, state.BlankPeak);
        if (end.LastWord >= 0)
            path[^1] = path[^1] with { Word = end.LastWord };
        return new Hypothesis(path, end.Score, end.Acoustic, state.Language);
    }
}
