using HubertSharp.Clustering.Distances;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Evaluation.Abx;

// D dimensions

/// <summary>
/// The frames of all items that are compared, room by room, laid out for <see cref="FrameDistances"/>: panels of 16 frames, one dimension
/// after the other.
/// </summary>
internal sealed unsafe class FrameStore : IDisposable
{
    public const int Lanes = 16;

    private const double GibiByte = 1 << 30;

    private readonly NativeArray<float> _panels;
    private readonly long[] _offsetOfRoom;
    private readonly int[] _framesOfRoom;
    private readonly bool[]?[] _zerosOfRoom;

    private FrameStore(AbxGroups groups, IReadOnlyList<bool> rooms, int[] counts, int dimensions, string place)
    {
        Dimensions = dimensions;
        (FrameCount, FrameStart) = (counts, new int[counts.Length]);
        _offsetOfRoom = new long[groups.Rooms.Count + 1];
        _framesOfRoom = new int[groups.Rooms.Count];
        _zerosOfRoom = new bool[groups.Rooms.Count][];
        for (var room = 0; room < groups.Rooms.Count; room++)
        {
            var items = groups.ItemsOf(room);
            for (var item = items.Start; item < items.Start + items.Count; item++)
            {
                FrameStart[item] = _framesOfRoom[room];
                _framesOfRoom[room] += counts[item];
            }
            _offsetOfRoom[room + 1] = _offsetOfRoom[room] + (rooms[room] ? (long)PanelsOf(room) * Lanes * dimensions : 0);
        }
        var (needed, available) = (_offsetOfRoom[^1] * sizeof(float), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (needed > available)
            throw AbxFaults.TooManyFrames(place, needed / GibiByte, available / GibiByte);
        _panels = new NativeArray<float>(_offsetOfRoom[^1]);
        for (var room = 0; room < groups.Rooms.Count; room++)
        {
            if (_offsetOfRoom[room + 1] > _offsetOfRoom[room]) // the last lanes hold no frame
                _panels.Span(_offsetOfRoom[room + 1] - (Lanes * dimensions), Lanes * dimensions).Clear();
        }
    }

    public int Dimensions { get; }

    /// <summary>Frames of each sorted item.</summary>
    public int[] FrameCount { get; }

    /// <summary>First frame of each sorted item within its room.</summary>
    public int[] FrameStart { get; }

    /// <summary>Panels of a room.</summary>
    public int PanelsOf(int room) => (_framesOfRoom[room] + Lanes - 1) / Lanes;

    /// <summary>The first panel of a room, [D, 16] each.</summary>
    public float* Panels(int room) => _panels.Start + _offsetOfRoom[room];

    /// <summary>Which frames of a room are all zeros; null where none is.</summary>
    public bool[]? Zeros(int room) => _zerosOfRoom[room];

    /// <summary>Reads every utterance once and keeps the frames of its items.</summary>
    /// <param name="groups">The items, sorted.</param>
    /// <param name="rooms">The rooms that are needed.</param>
    /// <param name="ranges">Utterance and frames of each sorted item.</param>
    /// <param name="source">The features.</param>
    /// <param name="options">Pooling, and whether the distance wants frames of length 1.</param>
    /// <param name="progress">Told the utterances that are read.</param>
    /// <param name="cancellation">Ends between two utterances.</param>
    /// <exception cref="UserException">Features that are damaged, not finite, or of different width.</exception>
    public static FrameStore Load(
        AbxGroups groups, IReadOnlyList<bool> rooms, IReadOnlyList<ItemRange> ranges, IFrameSource source, AbxOptions options,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        var itemsOf = Enumerable.Range(0, ranges.Count).ToLookup(item => ranges[item].Utterance);
        int[] utterances = [.. itemsOf.Select(u => u.Key).Order()];
        int[] counts = [.. ranges.Select(r => options.Pooling == AbxPooling.Mean ? 1 : r.Count)];
        int[] roomOf = new int[ranges.Count];
        foreach (var group in groups.Groups)
            roomOf.AsSpan(group.Start, group.Count).Fill(group.Room);
        var dimensions = source.Read(utterances[0]).Length / Math.Max(1, source.LengthOf(utterances[0]));
        var store = new FrameStore(groups, rooms, counts, dimensions, source.Place);
        try
        {
            new UtteranceWork(0, utterances.Length, progress).Run(threads: 0, () => new Nothing(), (_, i) =>
            {
                var frames = source.Read(utterances[i]);
                if (frames.Length != source.LengthOf(utterances[i]) * (long)dimensions)
                    throw AbxFaults.OtherDimensions(source.PlaceOf(utterances[i]), dimensions,
                        frames.Length / Math.Max(1, source.LengthOf(utterances[i])));
                foreach (var item in itemsOf[utterances[i]].Where(item => rooms[roomOf[item]]))
                    store.Set(roomOf[item], item, frames.AsSpan(ranges[item].First * dimensions, ranges[item].Count * dimensions), options,
                        source.PlaceOf(utterances[i]), ranges[item].First);
            }, cancellation);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void Dispose() => _panels.Dispose();

    private void Set(int room, int item, ReadOnlySpan<float> frames, AbxOptions options, string place, int firstFrame)
    {
        if (FiniteNumbers.IndexOfOther(frames) is >= 0 and var bad)
            throw AbxFaults.NotFinite(place, firstFrame + (bad / Dimensions));
        var row = new float[Dimensions];
        for (var t = 0; t < FrameCount[item]; t++)
        {
            if (options.Pooling == AbxPooling.Mean)
                Mean(frames, row);
            else
                frames.Slice(t * Dimensions, Dimensions).CopyTo(row);
            var frame = FrameStart[item] + t;
            if (options.Distance != AbxDistance.Euclidean && !Normalise(row))
                MarkZero(room, frame);
            var target = Panels(room) + ((long)(frame / Lanes) * Lanes * Dimensions) + (frame % Lanes);
            for (var d = 0; d < Dimensions; d++)
                target[(long)d * Lanes] = row[d];
        }
    }

    private void Mean(ReadOnlySpan<float> frames, Span<float> mean)
    {
        for (var d = 0; d < Dimensions; d++)
        {
            var sum = 0.0;
            for (var i = d; i < frames.Length; i += Dimensions)
                sum += frames[i];
            mean[d] = (float)(sum / (frames.Length / Dimensions));
        }
    }

    /// <summary>To length 1; false for a frame of zeros, which has no direction.</summary>
    private static bool Normalise(Span<float> frame)
    {
        var squares = 0.0;
        foreach (var value in frame)
            squares += (double)value * value;
        if (squares == 0)
            return false;
        var scale = 1 / Math.Sqrt(squares);
        for (var d = 0; d < frame.Length; d++)
            frame[d] = (float)(frame[d] * scale);
        return true;
    }

    private void MarkZero(int room, int frame)
    {
        lock (_zerosOfRoom)
            _zerosOfRoom[room] ??= new bool[PanelsOf(room) * Lanes];
        _zerosOfRoom[room]![frame] = true;
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}

/// <summary>Where an item's frames are.</summary>
/// <param name="Utterance">Number of the utterance.</param>
/// <param name="First">First frame.</param>
/// <param name="Count">Frames, 1 at least.</param>
internal readonly record struct ItemRange(int Utterance, int First, int Count);
