namespace HubertSharp.Decoding;

/// <summary>The tokens of a frame that a search looks at: the best so many of them, or those near the best.</summary>
internal sealed class TopTokens
{
    private readonly int _most;
    private readonly int[] _tokens;
    private readonly double[] _scores;
    private readonly bool[] _isIn;

    /// <param name="count">Tokens in all.</param>
    /// <param name="most">How many are looked at.</param>
    public TopTokens(int count, int most)
    {
        _most = Math.Min(count, most);
        (_tokens, _scores, _isIn) = ([.. Enumerable.Range(0, count)], new double[count], new bool[count]);
        if (_most == count)
            Array.Fill(_isIn, true);
        Count = _most;
    }

    /// <summary>How many were taken.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    public bool Has(int token) => _isIn[token];

    /// <param name="row">Scores of the frame.</param>
    public void Take(ReadOnlySpan<float> row)
    {
        if (_most == row.Length)
            return;
        foreach (var token in Tokens)
            _isIn[token] = false;
        for (var v = 0; v < row.Length; v++)
            _scores[v] = row[v];
        BestFirst.Select(_tokens, _scores, _most);
        foreach (var token in Tokens)
            _isIn[token] = true;
    }

    /// <summary>Takes those above a bound, at most as many as ever.</summary>
    public void Take(ReadOnlySpan<float> row, float least)
    {
        Count = 0;
        for (var v = 0; v < row.Length; v++)
        {
            if (row[v] < least)
                continue;
            _scores[v] = row[v];
            _tokens[Count++] = v;
        }
        if (Count <= _most)
            return;
        BestFirst.Select(_tokens.AsSpan(0, Count), _scores, _most);
        Count = _most;
    }
}
