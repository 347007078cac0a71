using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Clustering;

/// <summary>The frames of a dump that a model is fitted on: all of them, or those of some utterances.</summary>
internal sealed class FrameSelection
{
    private readonly FeatureDumpReader _dump;
    private readonly List<(long Start, long Count)> _ranges = [];
    private readonly List<long> _ends = []; // of the selection, after each range

    /// <summary>
    /// Takes ceil(percent · utterances) utterances of each shard, drawn without replacement (fairseq's load_feature_shard).
    /// </summary>
    public FrameSelection(FeatureDumpReader dump, double percent, long seed)
    {
        _dump = dump;
        for (var shard = 0; shard < dump.Shards; shard++)
        {
            var (start, end) = dump.UtterancesOf(shard);
            if (percent >= 1)
            {
                Add(dump.StartOf(start), dump.StartOf(end) - dump.StartOf(start));
                continue;
            }
            var random = SeededRandom.ForStream(seed, shard);
            foreach (var utterance in random.Sample(end - start, (int)Math.Ceiling((end - start) * percent)))
                Add(dump.StartOf(start + (int)utterance), dump.LengthOf(start + (int)utterance));
        }
    }

    public long Count => _ends.Count == 0 ? 0 : _ends[^1];

    public int Dimensions => _dump.Dimensions;

    /// <summary>Reads frames of the selection and checks that every number is one.</summary>
    /// <exception cref="Runs.UserException">NaN or infinity, with its place; or the file cannot be read.</exception>
    public void Read(long start, Span<float> destination)
    {
        var range = _ends.BinarySearch(start);
        range = range < 0 ? ~range : range + 1;
        while (!destination.IsEmpty)
        {
            var (first, count) = _ranges[range];
            var skip = count - (_ends[range] - start);
            var here = (int)Math.Min(destination.Length / Dimensions, count - skip);
            var rows = destination[..(here * Dimensions)];
            _dump.ReadFrames(first + skip, rows);
            if (FiniteNumbers.IndexOfOther(rows) is >= 0 and var i)
                throw ClusteringFaults.NotFinite(_dump.Locate(first + skip + (i / Dimensions)), rows[i]);
            destination = destination[rows.Length..];
            start += here;
            range++;
        }
    }

    private void Add(long start, long count)
    {
        if (count == 0)
            return;
        _ranges.Add((start, count));
        _ends.Add(Count + count);
    }
}
