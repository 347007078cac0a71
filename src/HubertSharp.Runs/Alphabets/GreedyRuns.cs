namespace HubertSharp.Runs.Alphabets;

// T frames, V tokens.

/// <summary>The best token of each frame, repeats joined and blanks left out; frames may come in pieces.</summary>
public sealed class GreedyRuns(CtcAlphabet alphabet)
{
    private readonly List<TokenRun> _runs = [];
    private int _last = alphabet.Blank;
    private double _acoustic;

    /// <summary>Frames seen.</summary>
    public int Frames { get; private set; }

    public IReadOnlyList<TokenRun> Runs => _runs;

    /// <summary>The sum over frames of the best token's log probability.</summary>
    public double LogProbability => _acoustic;

    public string Text => alphabet.Text(_runs.Select(run => run.Token));

    /// <param name="logits">[T, V] row by row.</param>
    public void Add(ReadOnlySpan<float> logits)
    {
        var tokens = alphabet.Count;
        for (; logits.Length > 0; logits = logits[tokens..], Frames++)
        {
            var row = logits[..tokens];
            var best = Best(row);
            var peak = (float)(row[best] - LogSum(row));
            _acoustic += peak;
            if (best != alphabet.Blank && best == _last)
                _runs[^1] = _runs[^1] with { End = Frames, Peak = Math.Max(_runs[^1].Peak, peak) };
            else if (best != alphabet.Blank)
                _runs.Add(new TokenRun(best, TokenRun.NoWord, Frames, Frames, peak));
            _last = best;
        }
    }

    /// <summary>The highest score of a frame; of equal ones the first, as torch's argmax.</summary>
    public static int Best(ReadOnlySpan<float> row)
    {
        var best = 0;
        for (var v = 1; v < row.Length; v++)
            best = row[v] > row[best] ? v : best;
        return best;
    }

    /// <summary>The logarithm of the sum of exponentials: what scores of a frame lie above log probabilities.</summary>
    public static double LogSum(ReadOnlySpan<float> row)
    {
        var most = float.NegativeInfinity;
        foreach (var score in row)
            most = Math.Max(most, score);
        var sum = 0.0;
        foreach (var score in row)
            sum += MathF.Exp(score - most);
        return most + Math.Log(sum);
    }
}
