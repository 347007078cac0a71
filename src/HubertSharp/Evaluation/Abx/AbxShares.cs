namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// What each cell counts in the score: the mean over contexts (and speakers of X), then over speakers, then over ordered pairs of phones,
/// each unweighted.
/// </summary>
internal sealed class AbxShares
{
    private readonly AbxGroups _groups;
    private readonly Dictionary<(int A, int B, int Speaker), int> _cells = [];
    private readonly Dictionary<(int A, int B), int> _speakers = [];

    public AbxShares(AbxGroups groups, IReadOnlyList<AbxBlock> blocks)
    {
        _groups = groups;
        foreach (var block in blocks)
        {
            var a = groups.Groups[block.A];
            foreach (var b in OthersThan(block.A))
            {
                var key = (a.Phone, groups.Groups[b].Phone, a.Speaker);
                var cells = _cells.GetValueOrDefault(key);
                _cells[key] = cells + 1;
                if (cells == 0)
                    _speakers[(key.Item1, key.Item2)] = _speakers.GetValueOrDefault((key.Item1, key.Item2)) + 1;
                Cells++;
                Triples += TriplesOf(block, groups.Groups[b]);
            }
        }
    }

    public int Cells { get; private set; }

    public long Triples { get; private set; }

    /// <summary>Ordered pairs of phones.</summary>
    public int Pairs => _speakers.Count;

    /// <summary>Cells of a pair of phones and a speaker.</summary>
    public int CellsOf(int a, int b, int speaker) => _cells[(a, b, speaker)];

    /// <summary>Speakers of a pair of phones.</summary>
    public int SpeakersOf(int a, int b) => _speakers[(a, b)];

    /// <summary>The share of each cell of a pair of phones and a speaker; those of all cells sum to 1.</summary>
    public double Of(int a, int b, int speaker) => 1.0 / ((double)Pairs * SpeakersOf(a, b) * CellsOf(a, b, speaker));

    /// <summary>The groups that B is taken from, in their order: those of A's room but A.</summary>
    public IEnumerable<int> OthersThan(int a)
    {
        var room = _groups.Rooms[_groups.Groups[a].Room];
        for (var group = room.FirstGroup; group < room.FirstGroup + room.Groups; group++)
        {
            if (group != a)
                yield return group;
        }
    }

    public long TriplesOf(AbxBlock block, AbxGroup b)
    {
        var (x, a) = (_groups.Groups[block.X].Count, _groups.Groups[block.A].Count);
        return (long)x * (block.IsWithin ? a - 1 : a) * b.Count;
    }
}
