using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Prefixes;

/// <summary>
/// Prefix beam search (Graves 2006, Hannun et al. 2014): hypotheses are texts, and the probability of one is the sum over all its paths.
/// Delimiters at the ends of a text and several in a row are no other text. Language model and word score are added, on natural logarithms.
/// </summary>
internal sealed partial class PrefixSearch : CtcSearch
{
    private const int UnknownNode = -2; // within a word that the tree does not have

    private readonly SearchOptions _options;
    private readonly WordHistories _histories;
    private readonly WordGuide _guide;
    private readonly int _delimiter;
    private readonly PrefixBeam _beam;
    private readonly PrefixTree _texts = new();
    private readonly RunTree _runs = new();
    private readonly TopTokens _top;
    private readonly float[] _logs;
    private readonly double _weight; // of log10
    private readonly int[] _live;

    /// <param name="alphabet">The model's outputs.</param>
    /// <param name="delimiter">The token that parts words, or -1.</param>
    /// <param name="options">Beam and weights.</param>
    /// <param name="histories">The language model.</param>
    /// <param name="guide">What a word is.</param>
    public PrefixSearch(CtcAlphabet alphabet, int delimiter, SearchOptions options, WordHistories histories, WordGuide guide)
        : base(alphabet)
    {
        (_delimiter, _options, _histories, _guide) = (delimiter, options, histories, guide);
        _beam = new PrefixBeam(options.Beam, options.BeamThreshold);
        _top = new TopTokens(alphabet.Count, options.BeamTokens);
        _logs = new float[alphabet.Count];
        _weight = options.LanguageWeight * Math.Log(10);
        _live = new int[options.Beam * 2];
    }

    private bool AllowsUnknown => _options.UnknownScore > double.NegativeInfinity;

    protected override void BeginSearch()
    {
        _texts.Clear();
        _runs.Clear();
        _beam.Start(new PrefixState
        {
            Text = _texts[PrefixTree.Root],
            Blank = 0,
            Label = double.NegativeInfinity,
            BestLabel = double.NegativeInfinity,
            BlankRun = RunTree.None,
            BlankEnd = -1,
            LabelRun = RunTree.None,
            Last = -1,
            Node = TokenTrie.Root,
            History = _histories.Begin(_options.SentenceEnds),
        });
    }

    protected override void Step(ReadOnlySpan<float> row)
    {
        var (sum, best) = ((float)GreedyRuns.LogSum(row), float.NegativeInfinity);
        for (var v = 0; v < row.Length; v++)
            best = Math.Max(best, _logs[v] = row[v] - sum);
        _top.Take(_logs, best - (float)_options.TokenThreshold);
        foreach (ref var state in _beam.States)
            Stay(state);
        _beam.SetLeast();
        foreach (ref var state in _beam.States)
        {
            var whole = state.Acoustic;
            foreach (var token in _top.Tokens)
            {
                if (!Alphabet.IsSilent(token) && !(token == _delimiter && IsBetweenWords(state)))
                    Extend(state, whole, token);
            }
        }
        _beam.Select();
        foreach (ref var state in _beam.States)
        {
            state.Prefix = _texts.Next(state.Text);
            if (state.IsNewRun)
                state.LabelRun = _runs.Add(state.LabelRun, state.Text.Token, state.Text.Word, Frame, state.BeforeEnd, state.BeforePeak);
            state.IsNewRun = false;
        }
        ClearAway();
    }

    private bool IsBetweenWords(in PrefixState state) => _delimiter >= 0 && (state.Last == _delimiter || state.Last < 0);

    /// <summary>The same text behind this frame: a blank, the last token again, or more of the pause between words.</summary>
    private void Stay(in PrefixState state)
    {
        var (way, isLabel) = (state, state.BestLabel > state.BestBlank);
        var best = Math.Max(state.BestBlank, state.BestLabel);
        if (isLabel)
            (way.BlankRun, way.BlankEnd, way.BlankPeak) = (state.LabelRun, Frame - 1, state.LabelPeak);
        way.Blank = state.Acoustic + _logs[Alphabet.Blank];
        way.BestBlank = best + _logs[Alphabet.Blank];
        if (IsBetweenWords(state))
        {
            (way.Label, way.BestLabel) = (state.Acoustic + _logs[_delimiter], best + _logs[_delimiter]);
            if (!isLabel)
                (way.LabelRun, way.LabelPeak) = (state.BlankRun, state.BlankPeak);
        }
        else if (state.Last >= 0)
        {
            (way.Label, way.BestLabel) = (state.Label + _logs[state.Last], state.BestLabel + _logs[state.Last]);
            way.LabelPeak = Math.Max(state.LabelPeak, _logs[state.Last]);
        }
        else
        {
            (way.Label, way.BestLabel) = (double.NegativeInfinity, double.NegativeInfinity);
        }
        _beam.Add(way, way.Rank);
    }

    /// <summary>The text with one token more; the same token again needs a blank between.</summary>
    private void Extend(in PrefixState state, double whole, int token)
    {
        var isAgain = token == state.Last;
        var acoustic = (isAgain ? state.Blank : whole) + _logs[token];
        var isPlain = _guide.Words is null && !_guide.ScoresTokens;
        if (double.IsNegativeInfinity(acoustic) || (isPlain && !_beam.IsNear(acoustic + state.Bonus)))
            return;
        var way = state;
        var fromBlank = isAgain || state.BestBlank >= state.BestLabel;
        (way.Blank, way.BestBlank) = (double.NegativeInfinity, double.NegativeInfinity);
        (way.Label, way.BestLabel) = (acoustic, (fromBlank ? state.BestBlank : state.BestLabel) + _logs[token]);
        (way.LabelRun, way.BeforeEnd, way.BeforePeak) = fromBlank ? (state.BlankRun, state.BlankEnd, state.BlankPeak)
            : (state.LabelRun, Frame - 1, state.LabelPeak);
        (way.IsNewRun, way.LabelPeak, way.Last) = (true, _logs[token], token);
        way.Text = new PrefixTree.Node(state.Prefix, token, TokenRun.NoWord);
        if (_guide.Words is not null)
            ExtendWord(state, way, token, acoustic);
        else if (_guide.ScoresTokens)
            Say(way, token, acoustic, TokenRun.NoWord, 0);
        else
            _beam.Add(way, acoustic + way.Bonus);
    }

    private void ExtendWord(in PrefixState state, in PrefixState way, int token, double acoustic)
    {
        if (token == _delimiter && state.Node == TokenTrie.Root)
        {
            Go(way, TokenTrie.Root, 0, acoustic);
            return;
        }
        var words = _guide.Words!;
        var child = state.Node == UnknownNode ? TokenTrie.None : words.Child(state.Node, token);
        if (child >= 0)
        {
            if (words.HasChildren(child))
                Go(way, child, _weight * words.Best(child), acoustic);
            foreach (var word in words.Words(child))
                Say(way, word, acoustic, word, 0);
        }
        else if (AllowsUnknown && _delimiter < 0 && state.Node == TokenTrie.Root)
        {
            Say(way, _guide.UnknownWord, acoustic, _guide.UnknownWord, _options.UnknownScore);
        }
        else if (AllowsUnknown && _delimiter >= 0 && token == _delimiter)
        {
            Say(way, _guide.UnknownWord, acoustic, _guide.UnknownWord, _options.UnknownScore);
        }
        else if (AllowsUnknown && _delimiter >= 0)
        {
            Go(way, UnknownNode, (_weight * _guide.UnknownPromise) + _options.UnknownScore, acoustic);
        }
    }

    /// <summary>On within a word.</summary>
    private void Go(in PrefixState way, int node, double promise, double acoustic)
    {
        if (_beam.IsNear(acoustic + way.Bonus + promise))
            _beam.Add(way with { Node = node, Promise = promise }, acoustic + way.Bonus + promise);
    }

    /// <summary>A word is whole.</summary>
    private void Say(in PrefixState way, int said, double acoustic, int word, double more)
    {
        var history = _histories.Next(way.History, said);
        var score = _histories.Score(history);
        var bonus = way.Bonus + (_weight * score) + _options.WordScore + more;
        if (!_beam.IsNear(acoustic + bonus))
            return;
        var whole = way;
        (whole.History, whole.Language, whole.Bonus) = (history, way.Language + score, bonus);
        (whole.Node, whole.Promise, whole.Text) = (TokenTrie.Root, 0, way.Text with { Word = word });
        _beam.Add(whole, acoustic + bonus);
    }

    private void ClearAway()
    {
        var states = _beam.States;
        var live = _live.AsSpan(0, states.Length);
        if (_texts.IsFull(states.Length))
        {
            for (var i = 0; i < states.Length; i++)
                live[i] = states[i].Prefix;
            _texts.Keep(live);
            for (var i = 0; i < states.Length; i++)
                (states[i].Prefix, states[i].Text) = (live[i], _texts[live[i]]);
        }
        if (_histories.IsFull)
        {
            for (var i = 0; i < states.Length; i++)
                live[i] = states[i].History;
            _histories.Keep(live);
            for (var i = 0; i < states.Length; i++)
                states[i].History = live[i];
        }
        if (!_runs.IsFull(states.Length))
            return;
        var runs = _live.AsSpan(0, states.Length * 2);
        for (var i = 0; i < states.Length; i++)
            (runs[i * 2], runs[(i * 2) + 1]) = (states[i].BlankRun, states[i].LabelRun);
        _runs.Keep(runs);
        for (var i = 0; i < states.Length; i++)
            (states[i].BlankRun, states[i].LabelRun) = (runs[i * 2], runs[(i * 2) + 1]);
    }
}
