using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding.Flashlight;

/// <summary>
/// Beam search as flashlight-text does it (LexiconDecoder, LexiconFreeDecoder), which fairseq and torchaudio decode with: a hypothesis is
/// one path through the frames, its score the sum of the emissions as they are and of log10 of the language model, not converted.
/// </summary>
internal abstract class FlashlightSearch(CtcAlphabet alphabet, int silence, SearchOptions options, WordHistories histories)
    : CtcSearch(alphabet)
{
    private readonly FlashlightBeam _beam = new(options.Beam, options.BeamThreshold, options.LogAdd);
    private readonly RunTree _runs = new();
    private readonly TopTokens _top = new(alphabet.Count, options.BeamTokens);
    private int[] _live = [];

    protected SearchOptions Options { get; } = options;

    protected WordHistories Histories { get; } = histories;

    /// <summary>The token of pauses: between words, or what stands for it.</summary>
    protected int Silence { get; } = silence;

    /// <summary>The frame's best tokens.</summary>
    protected TopTokens Top => _top;

    public override IReadOnlyList<Hypothesis> Finish(int most)
    {
        var hasWhole = false;
        foreach (ref var state in _beam.States)
            hasWhole |= state.Node == TokenTrie.Root;
        for (var i = 0; i < _beam.States.Length; i++)
        {
            var state = _beam.States[i];
            if (hasWhole && state.Node != TokenTrie.Root)
                continue;
            state.History = Histories.End(state.History);
            var score = Histories.Score(state.History);
            state.Language += score;
            state.Score += Options.LanguageWeight * score;
            (state.Token, state.IsBlank) = (Silence, false);
            _beam.Add(state);
        }
        _beam.Select(sorted: true);
        FinalCount = _beam.States.Length;
        var found = new List<Hypothesis>();
        foreach (ref var state in _beam.States[..Math.Min(most, FinalCount)])
            found.Add(new Hypothesis(_runs.Path(state.Run, Frame - 1, state.Peak), state.Score, state.Acoustic, state.Language));
        return found;
    }

    /// <summary>Hypotheses that came out at the end.</summary>
    public int FinalCount { get; private set; }

    protected override void BeginSearch()
    {
        _runs.Clear();
        _beam.Start(new FlashlightState
        {
            History = Histories.Begin(isSentence: true),
            Node = TokenTrie.Root,
            Token = Silence,
            Word = TokenRun.NoWord,
            Run = _runs.Add(RunTree.None, Silence, TokenRun.NoWord, -1, 0, 0), // flashlight's state before the first frame
        });
    }

    protected override void Step(ReadOnlySpan<float> row)
    {
        _top.Take(row);
        for (var i = 0; i < _beam.States.Length; i++)
            Extend(_beam.States[i], i, row);
        _beam.Select();
        var sum = (float)GreedyRuns.LogSum(row);
        foreach (ref var state in _beam.States)
        {
            ref readonly var before = ref _beam.Before(state.Previous);
            var goesOn = before.Token == state.Token && state.Word < 0;
            state.Run = goesOn ? before.Run : _runs.Add(before.Run, state.Token, state.Word, Frame, Frame - 1, before.Peak);
            state.Peak = goesOn ? Math.Max(before.Peak, row[state.Token] - sum) : row[state.Token] - sum;
        }
        ClearAway();
    }

    /// <summary>Proposes what may follow a hypothesis.</summary>
    /// <param name="state">The hypothesis.</param>
    /// <param name="index">Its number in the beam.</param>
    /// <param name="row">[V] emissions.</param>
    protected abstract void Extend(in FlashlightState state, int index, ReadOnlySpan<float> row);

    /// <param name="from">What it follows.</param>
    /// <param name="index">That one's number.</param>
    /// <param name="emission">Of the token.</param>
    /// <param name="more">What else is added to the score.</param>
    /// <param name="language">log10 of it that is the language model's.</param>
    protected void Propose(in FlashlightState from, int index, int token, float emission, double more, double language, int history,
        int node = TokenTrie.Root, int word = TokenRun.NoWord, bool isBlank = false) => _beam.Add(new FlashlightState
        {
            Score = from.Score + emission + more + (Options.LanguageWeight * language),
            Acoustic = from.Acoustic + emission,
            Language = from.Language + language,
            History = history,
            Node = node,
            Token = token,
            Word = word,
            Previous = index,
            IsBlank = isBlank,
        });

    /// <summary>Added for a frame of silence, at every one.</summary>
    protected double OfSilence(int token) => token == Silence ? Options.SilenceScore : 0;

    private void ClearAway()
    {
        var states = _beam.States;
        if (_live.Length < states.Length)
            _live = new int[Math.Max(states.Length, Math.Min(Options.Beam, _live.Length * 2))];
        var live = _live.AsSpan(0, states.Length);
        if (_runs.IsFull(states.Length))
        {
            for (var i = 0; i < states.Length; i++)
                live[i] = states[i].Run;
            _runs.Keep(live);
            for (var i = 0; i < states.Length; i++)
                states[i].Run = live[i];
        }
        if (!Histories.IsFull)
            return;
        for (var i = 0; i < states.Length; i++)
            live[i] = states[i].History;
        Histories.Keep(live);
        for (var i = 0; i < states.Length; i++)
            states[i].History = live[i];
    }
}
