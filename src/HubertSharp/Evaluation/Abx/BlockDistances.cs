using HubertSharp.Clustering.Distances;

namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// The distances of the X items of a few blocks to all items of their rooms: frame distances of many items first, then warping of pairs of
/// like shape together. One per thread.
/// </summary>
internal sealed unsafe class BlockDistances : IDisposable
{
    /// <summary>Frame distances that are kept at once: what a core's second-level cache holds.</summary>
    private const long MostCells = 96 * 1024;

    private readonly AbxGroups _groups;
    private readonly FrameStore _store;
    private readonly FrameDistances _frames;
    private readonly WarpedDistances _warped = new();
    private readonly long _slack; // a warp reads the rows of a short item as far as those of a long one
    private NativeArray<float> _matrices = new(1);
    private ItemPair[] _pairs = new ItemPair[256];
    private float[] _distances = [];
    private int _pairCount;
    private long _filled;

    public BlockDistances(AbxGroups groups, FrameStore store, AbxDistance distance)
    {
        (_groups, _store, _frames) = (groups, store, new FrameDistances(store, distance));
        _slack = store.FrameCount.DefaultIfEmpty(0).Max() + 16;
    }

    /// <summary>[X, items of the room] of each block, one block after the other.</summary>
    public Span<float> Of(IReadOnlyList<AbxBlock> blocks, int first, int end)
    {
        var total = 0;
        for (var i = first; i < end; i++)
            total = checked(total + (_groups.Groups[blocks[i].X].Count * ItemsOf(blocks[i]).Count));
        if (_distances.Length < total)
            _distances = new float[total];
        var to = 0;
        for (var i = first; i < end; i++)
        {
            var x = _groups.Groups[blocks[i].X];
            var items = ItemsOf(blocks[i]);
            for (int start = x.Start, next; start < x.Start + x.Count; start = next)
            {
                next = Slice(x, start, _groups.Groups[blocks[i].A].Room);
                Add(x.Room, start, next, _groups.Groups[blocks[i].A].Room, items, to);
                to += (next - start) * items.Count;
            }
        }
        Flush();
        return _distances.AsSpan(0, total);
    }

    /// <summary>The items of the room that a block's A and B are taken from.</summary>
    public (int Start, int Count) ItemsOf(AbxBlock block) => _groups.ItemsOf(_groups.Groups[block.A].Room);

    public void Dispose()
    {
        _frames.Dispose();
        _warped.Dispose();
        _matrices.Dispose();
    }

    // as many items of X as fit, one at least
    private int Slice(AbxGroup x, int start, int room)
    {
        var width = (long)_store.PanelsOf(room) * FrameStore.Lanes;
        var (next, frames) = (start + 1, _store.FrameCount[start]);
        while (next < x.Start + x.Count && FrameDistances.Padded(frames + _store.FrameCount[next]) * width <= MostCells)
            frames += _store.FrameCount[next++];
        return next;
    }

    private void Add(int xRoom, int start, int next, int room, (int Start, int Count) items, int to)
    {
        var width = _store.PanelsOf(room) * FrameStore.Lanes;
        var firstFrame = _store.FrameStart[start];
        var frames = _store.FrameStart[next - 1] + _store.FrameCount[next - 1] - firstFrame;
        var needed = (long)FrameDistances.Padded(frames) * width;
        if (_filled > 0 && _filled + needed > MostCells)
            Flush();
        if (_matrices.Length < _filled + needed + _slack)
        {
            if (_filled > 0)
                Flush();
            _matrices.Dispose();
            _matrices = new NativeArray<float>(Math.Max(needed, MostCells) + _slack);
        }
        _frames.Fill(xRoom, firstFrame, frames, room, _matrices.Start + _filled);
        for (var x = start; x < next; x++)
        {
            var row = _filled + ((long)(_store.FrameStart[x] - firstFrame) * width);
            for (var y = items.Start; y < items.Start + items.Count; y++)
            {
                if (_pairCount == _pairs.Length)
                    Array.Resize(ref _pairs, 2 * _pairs.Length);
                _pairs[_pairCount++] = new ItemPair(row + _store.FrameStart[y], width, _store.FrameCount[x], _store.FrameCount[y], to++);
            }
        }
        _filled += needed;
    }

    private void Flush()
    {
        _warped.Warp(_pairs.AsSpan(0, _pairCount), _matrices.Start, _distances);
        (_pairCount, _filled) = (0, 0);
    }
}
