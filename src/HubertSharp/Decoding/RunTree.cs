using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

/// <summary>
/// Where the hypotheses of a search have come from: each run of a token, and the run before it. What no hypothesis leads back to any more
/// is cleared away from time to time, so that of a long recording one path is left and the bush at its end.
/// </summary>
internal sealed class RunTree
{
    public const int None = -1;

    private Run[] _runs = new Run[1 << 12];
    private int[] _moved = [];

    private record struct Run(int Parent, int Token, int Word, int Start, int ParentEnd, float ParentPeak);

    public int Count { get; private set; }

    /// <summary>Time to call <see cref="Keep"/>, at the end of a frame.</summary>
    public bool IsFull(int coming) => Count + coming > _runs.Length;

    public void Clear() => Count = 0;

    /// <param name="parent">The run before, or <see cref="None"/>.</param>
    /// <param name="token">Its token.</param>
    /// <param name="word">The word that ends with it, or <see cref="TokenRun.NoWord"/>.</param>
    /// <param name="start">Its first frame.</param>
    /// <param name="parentEnd">Last frame of the run before.</param>
    /// <param name="parentPeak">And its peak.</param>
    public int Add(int parent, int token, int word, int start, int parentEnd, float parentPeak)
    {
        if (Count == _runs.Length)
            Array.Resize(ref _runs, Count * 2);
        _runs[Count] = new Run(parent, token, word, start, parentEnd, parentPeak);
        return Count++;
    }

    /// <summary>Clears away what none of these leads back to, and gives them their new places.</summary>
    public void Keep(Span<int> live)
    {
        if (_moved.Length < _runs.Length)
            _moved = new int[_runs.Length];
        _moved.AsSpan(0, Count).Clear();
        foreach (var leaf in live)
        {
            for (var at = leaf; at >= 0 && _moved[at] == 0; at = _runs[at].Parent)
                _moved[at] = 1;
        }
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_moved[i] == 0)
                continue;
            var run = _runs[i];
            _runs[kept] = run with { Parent = run.Parent < 0 ? None : _moved[run.Parent] };
            _moved[i] = kept++;
        }
        foreach (ref var leaf in live)
            leaf = leaf < 0 ? None : _moved[leaf];
        Count = kept;
        if (kept > _runs.Length / 2)
            Array.Resize(ref _runs, _runs.Length * 2);
    }

    /// <summary>The runs up to one, first to last.</summary>
    public List<TokenRun> Path(int last, int end, float peak)
    {
        var path = new List<TokenRun>();
        for (var at = last; at >= 0; at = _runs[at].Parent)
        {
            var run = _runs[at];
            path.Add(new TokenRun(run.Token, run.Word, run.Start, end, peak));
            (end, peak) = (run.ParentEnd, run.ParentPeak);
        }
        path.Reverse();
        return path;
    }
}
