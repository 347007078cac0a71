using System.Numerics;

namespace HubertSharp.Decoding.Flashlight;

/// <summary>
/// The candidates of one frame and what is left of them, as flashlight does it: below the threshold they go, those that are alike become
/// one by maximum or by sum, then the best are kept.
/// </summary>
internal sealed class FlashlightBeam(int size, double threshold, bool addsUp)
{
    private FlashlightState[] _candidates = new FlashlightState[1 << 10], _states = new FlashlightState[1], _before = [];
    private double[] _scores = [];
    private int[] _order = [], _slots = [];
    private int _count, _stateCount;
    private double _best;

    /// <summary>The hypotheses of the frame.</summary>
    public Span<FlashlightState> States => _states.AsSpan(0, _stateCount);

    /// <summary>One of the frame before.</summary>
    public ref readonly FlashlightState Before(int index) => ref _before[index];

    public void Start(in FlashlightState state)
    {
        (_states[0], _stateCount, _count, _best) = (state, 1, 0, double.NegativeInfinity);
    }

    public void Add(in FlashlightState candidate)
    {
        _best = Math.Max(_best, candidate.Score);
        if (candidate.Score < _best - threshold)
            return;
        if (_count == _candidates.Length)
            Array.Resize(ref _candidates, _count * 2);
        _candidates[_count++] = candidate;
    }

    /// <summary>Makes the candidates the states of the next frame.</summary>
    /// <param name="sorted">Best first.</param>
    public void Select(bool sorted = false)
    {
        if (_order.Length < _count)
        {
            (_order, _scores) = (new int[_candidates.Length], new double[_candidates.Length]);
            _slots = new int[_candidates.Length * 2]; // a power of two, as they are
        }
        var merged = Merge();
        var order = _order.AsSpan(0, merged);
        var kept = Math.Min(merged, size);
        BestFirst.Select(order, _scores, kept);
        if (sorted)
            order[..kept].Sort((a, b) => _scores[b].CompareTo(_scores[a]));
        (_states, _before) = (_before, _states);
        if (_states.Length < kept)
            _states = new FlashlightState[Math.Max(kept, Math.Min(size, _before.Length * 2))];
        for (var i = 0; i < kept; i++)
            _states[i] = _candidates[order[i]] with { Score = _scores[order[i]] };
        (_stateCount, _count, _best) = (kept, 0, double.NegativeInfinity);
    }

    /// <summary>One of each kind, the best in itself, is left in the order; its score is in the scores.</summary>
    private int Merge()
    {
        var mask = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _count) * 2) - 1;
        _slots.AsSpan(0, mask + 1).Clear();
        var (merged, least) = (0, _best - threshold);
        for (var i = 0; i < _count; i++)
        {
            ref readonly var candidate = ref _candidates[i];
            if (candidate.Score < least)
                continue;
            _scores[i] = candidate.Score;
            for (var at = candidate.Hash() & mask; ; at = (at + 1) & mask)
            {
                if (_slots[at] == 0)
                {
                    _slots[at] = merged + 1;
                    _order[merged++] = i;
                    break;
                }
                ref var held = ref _order[_slots[at] - 1];
                if (!_candidates[held].IsLike(candidate))
                    continue;
                var (more, less) = (Math.Max(_scores[held], candidate.Score), Math.Min(_scores[held], candidate.Score));
                held = candidate.Score > _candidates[held].Score ? i : held;
                _scores[held] = addsUp ? more + Math.Log(1 + Math.Exp(less - more)) : more;
                break;
            }
        }
        return merged;
    }
}
