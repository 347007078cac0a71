using HubertSharp.Runs.Alphabets;

namespace HubertSharp.Decoding;

/// <summary>The best token of each frame.</summary>
internal sealed class GreedySearch(CtcAlphabet alphabet) : CtcSearch(alphabet)
{
    private GreedyRuns _path = new(alphabet);

    public override IReadOnlyList<Hypothesis> Finish(int most) =>
        [new Hypothesis(_path.Runs, _path.LogProbability, _path.LogProbability, 0)];

    protected override void BeginSearch() => _path = new GreedyRuns(Alphabet);

    protected override void Step(ReadOnlySpan<float> row) => _path.Add(row);
}
