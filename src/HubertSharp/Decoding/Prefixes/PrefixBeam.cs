using System.Numerics;

namespace HubertSharp.Decoding.Prefixes;

/// <summary>The candidates of one frame, those of one text added up as they come, and the best of them.</summary>
internal sealed class PrefixBeam(int size, double threshold)
{
    private const double Margin = 8; // a part in three thousand

    private PrefixState[] _candidates = new PrefixState[1 << 8], _states = new PrefixState[1];
    private double[] _ranks = [];
    private int[] _order = [], _slots = new int[1 << 10]; // index + 1
    private int _count, _stateCount;
    private double _best = double.NegativeInfinity, _lowest = double.PositiveInfinity, _least = double.NegativeInfinity;

    public Span<PrefixState> States => _states.AsSpan(0, _stateCount);

    public void Start(in PrefixState state)
    {
        (_states[0], _stateCount, _count, _best) = (state, 1, 0, double.NegativeInfinity);
        (_lowest, _least) = (double.PositiveInfinity, double.NegativeInfinity);
        Array.Clear(_slots);
    }

    /// <summary>Whether it is worth proposing.</summary>
    public bool IsNear(double rank) => rank >= _best - threshold && rank >= _least;

    /// <summary>
    /// Every text of the frame before has been proposed again. A new text has one way only, so what ranks below all of them cannot be kept
    /// where they are as many as can be; the margin is for ways that add to one of them.
    /// </summary>
    public void SetLeast() => _least = _count >= size ? _lowest - Margin : double.NegativeInfinity;

    /// <summary>A way to a text: its sums are added to those of the same text, its best paths compared.</summary>
    public void Add(in PrefixState way, double rank)
    {
        (_best, _lowest) = (Math.Max(_best, rank), Math.Min(_lowest, rank));
        if (_count * 4 > _slots.Length)
            Grow();
        var mask = _slots.Length - 1;
        var at = PrefixTree.Hash(way.Text) & mask;
        for (; _slots[at] != 0; at = (at + 1) & mask)
        {
            ref var same = ref _candidates[_slots[at] - 1];
            if (same.Text != way.Text)
                continue;
            Join(ref same, way);
            return;
        }
        if (_count == _candidates.Length)
            Array.Resize(ref _candidates, _count * 2);
        _candidates[_count] = way;
        _slots[at] = ++_count;
    }

    /// <summary>Makes the best candidates the states of the next frame.</summary>
    public void Select()
    {
        if (_order.Length < _count)
            (_order, _ranks) = (new int[_candidates.Length], new double[_candidates.Length]);
        var best = double.NegativeInfinity;
        for (var i = 0; i < _count; i++)
            best = Math.Max(best, _ranks[i] = _candidates[i].Rank);
        var near = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_ranks[i] >= best - threshold)
                _order[near++] = i;
        }
        var order = _order.AsSpan(0, near);
        var kept = Math.Min(near, size);
        BestFirst.Select(order, _ranks, kept);
        if (_states.Length < kept)
            _states = new PrefixState[Math.Max(kept, Math.Min(size, _states.Length * 2))];
        for (var i = 0; i < kept; i++)
            _states[i] = _candidates[order[i]];
        (_stateCount, _count, _best) = (kept, 0, double.NegativeInfinity);
        (_lowest, _least) = (double.PositiveInfinity, double.NegativeInfinity);
        Array.Clear(_slots);
    }

    private static void Join(ref PrefixState same, in PrefixState way)
    {
        same.Blank = PrefixState.Sum(same.Blank, way.Blank);
        same.Label = PrefixState.Sum(same.Label, way.Label);
        if (way.BestBlank > same.BestBlank)
            (same.BestBlank, same.BlankRun, same.BlankEnd, same.BlankPeak) = (way.BestBlank, way.BlankRun, way.BlankEnd, way.BlankPeak);
        if (!(way.BestLabel > same.BestLabel))
            return;
        (same.BestLabel, same.LabelRun, same.LabelPeak) = (way.BestLabel, way.LabelRun, way.LabelPeak);
        (same.IsNewRun, same.BeforeEnd, same.BeforePeak) = (way.IsNewRun, way.BeforeEnd, way.BeforePeak);
    }

    private void Grow()
    {
        _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)_slots.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            var at = PrefixTree.Hash(_candidates[i].Text) & (_slots.Length - 1);
            while (_slots[at] != 0)
                at = (at + 1) & (_slots.Length - 1);
            _slots[at] = i + 1;
        }
    }
}
