using HubertSharp.Evaluation.Resampling;

namespace HubertSharp.Evaluation.Abx;

/// <summary>One cell: a speaker, two phones, a context, and the speaker of X.</summary>
/// <param name="Speaker">Who says A and B.</param>
/// <param name="A">The phone of A and X.</param>
/// <param name="B">The phone of B.</param>
/// <param name="Context">What stands around all three.</param>
/// <param name="SpeakerOfX">Who says X.</param>
/// <param name="Error">Share of triples in which X is nearer to B, ties half.</param>
/// <param name="Triples">Triples.</param>
internal readonly record struct AbxCell(string Speaker, string A, string B, string Context, string SpeakerOfX, double Error, long Triples);

/// <summary>The ABX error within or across speakers, and the cells that it is the mean of.</summary>
internal sealed class AbxScore
{
    private readonly AbxGroups _groups;
    private readonly IReadOnlyList<AbxBlock> _blocks;
    private readonly double[] _errors;

    /// <param name="mode"><c>within</c> or <c>across</c>.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="blocks">The blocks of the mode.</param>
    /// <param name="shares">What each cell counts.</param>
    /// <param name="errors">Error of each cell.</param>
    /// <param name="byUtterance">The score that the utterances make.</param>
    public AbxScore(
        string mode, AbxGroups groups, IReadOnlyList<AbxBlock> blocks, AbxShares shares, double[] errors,
        UnitFigure byUtterance)
    {
        (Mode, Shares, _groups, _blocks, _errors) = (mode, shares, groups, blocks, errors);
        var score = 0.0;
        Each((_, a, b, cell) => score += shares.Of(a.Phone, b.Phone, a.Speaker) * errors[cell]);
        Error = score;
        Figure = new ResampledFigure(byUtterance, OfSpeakers());
    }

    public string Mode { get; }

    /// <summary>Mean error over contexts and speakers of X, then speakers, then pairs of phones.</summary>
    public double Error { get; }

    public AbxShares Shares { get; }

    /// <summary>The error as what utterances and speakers make of it.</summary>
    public ResampledFigure Figure { get; }

    /// <summary>Speakers of A and B.</summary>
    public int Speakers => _blocks.Select(b => _groups.Groups[b.A].Speaker).Distinct().Count();

    /// <summary>Every cell, in the order of contexts, speakers and phones.</summary>
    public IReadOnlyList<AbxCell> Cells()
    {
        var cells = new List<AbxCell>(_errors.Length);
        Each((block, a, b, cell) => cells.Add(new AbxCell(_groups.Speakers[a.Speaker], _groups.Phones[a.Phone], _groups.Phones[b.Phone],
            _groups.Contexts[a.Context], _groups.Speakers[_groups.Groups[block.X].Speaker], _errors[cell], Shares.TriplesOf(block, b))));
        return cells;
    }

    /// <summary>The error of each ordered pair of phones.</summary>
    public IReadOnlyDictionary<(string A, string B), double> ByPair()
    {
        var pairs = new Dictionary<(string A, string B), double>();
        Each((_, a, b, cell) =>
        {
            var key = (_groups.Phones[a.Phone], _groups.Phones[b.Phone]);
            pairs[key] = pairs.GetValueOrDefault(key) + (_errors[cell] * Shares.Of(a.Phone, b.Phone, a.Speaker) * Shares.Pairs);
        });
        return pairs;
    }

    /// <summary>The score that the speakers make: a cell weighs the product of the weights of those who say A and B, and X.</summary>
    private UnitProducts OfSpeakers()
    {
        var none = _groups.Speakers.Count;
        var parts = new SortedDictionary<(int OfA, int OfX), (double Wrong, double All)>();
        Each((block, a, b, cell) =>
        {
            var share = Shares.Of(a.Phone, b.Phone, a.Speaker);
            var key = (a.Speaker, block.IsWithin ? none : _groups.Groups[block.X].Speaker);
            var (wrong, all) = parts.GetValueOrDefault(key);
            parts[key] = (wrong + (share * _errors[cell]), all + share);
        });
        int[] speakers = [.. parts.Keys.SelectMany(key => new[] { key.OfA, key.OfX }).Where(s => s < none).Distinct().Order()];
        int Place(int speaker) => speaker == none ? speakers.Length : Array.BinarySearch(speakers, speaker);
        return new UnitProducts([.. speakers.Select(speaker => _groups.Speakers[speaker])],
            [.. parts.Select(p => (Place(p.Key.OfA), Place(p.Key.OfX), speakers.Length, p.Value.Wrong, p.Value.All))]);
    }

    private void Each(Action<AbxBlock, AbxGroup, AbxGroup, int> visit)
    {
        foreach (var block in _blocks)
        {
            var cell = block.FirstCell;
            foreach (var b in Shares.OthersThan(block.A))
                visit(block, _groups.Groups[block.A], _groups.Groups[b], cell++);
        }
    }
}
