using System.Globalization;
using HubertSharp.Runs.Arrays;
using HubertSharp.Runs.Files;

namespace HubertSharp.Features;

/// <summary>
/// All shards of one split of a feature folder, ours or fairseq's, as one array [frames, dimensions] with the bounds of its utterances.
/// Reading is thread-safe and holds no more than is asked for.
/// </summary>
/// <remarks>Memory: at most 40 bytes per byte of the file, and 1 MiB.</remarks>
public sealed class FeatureDumpReader : IDisposable
{
    private readonly List<NpyReader> _arrays;
    private readonly List<string> _paths;
    private readonly long[] _shardFrames; // first frame of each shard, and the end
    private readonly int[] _shardUtterances; // first utterance of each shard, and the end
    private readonly long[] _starts; // first frame of each utterance, and the end

    private FeatureDumpReader(
        List<string> paths, List<NpyReader> arrays, FeatureDescription? description, long[] shardFrames, int[] shardUtterances,
        long[] starts)
    {
        (_paths, _arrays, Description) = (paths, arrays, description);
        (_shardFrames, _shardUtterances, _starts) = (shardFrames, shardUtterances, starts);
    }

    /// <summary>What the numbers are; null for a dump of fairseq's, which does not say.</summary>
    public FeatureDescription? Description { get; }

    public int Dimensions => (int)_arrays[0].RowElements;

    public long Frames => _starts[^1];

    public int Utterances => _starts.Length - 1;

    public int Shards => _arrays.Count;

    /// <summary>Opens every shard of a split and checks that they fit together.</summary>
    /// <exception cref="Runs.UserException">A file is missing, damaged, or does not fit the others.</exception>
    public static FeatureDumpReader Open(string folder, string split)
    {
        var paths = FeatureShards.Find(folder, split).Select(s => s.PathIn(folder, split)).ToList();
        var arrays = new List<NpyReader>();
        try
        {
            FeatureDescription? description = null;
            var (shardFrames, shardUtterances, starts) = (new List<long> { 0 }, new List<int> { 0 }, new List<long> { 0 });
            foreach (var path in paths)
            {
                var array = NpyReader.OpenFrames($"{path}.npy");
                arrays.Add(array);
                ReadLengths($"{path}.len", array.Rows, starts);
                var record = FeatureShardRecord.Read($"{path}.features.json");
                Check($"{path}.features.json", record, array, starts.Count - 1 - shardUtterances[^1]);
                if (arrays.Count == 1)
                    description = record?.Features;
                else
                    CheckSame($"{path}.npy", arrays[0], array, description, record?.Features);
                shardFrames.Add(starts[^1]);
                shardUtterances.Add(starts.Count - 1);
            }
            return new FeatureDumpReader(paths, arrays, description, [.. shardFrames], [.. shardUtterances], [.. starts]);
        }
        catch
        {
            arrays.ForEach(a => a.Dispose());
            throw;
        }
    }

    /// <summary>The first frame of an utterance, counted over all shards.</summary>
    public long StartOf(int utterance) => _starts[utterance];

    /// <summary>The frames of an utterance.</summary>
    public int LengthOf(int utterance) => (int)(_starts[utterance + 1] - _starts[utterance]);

    /// <summary>The first and last utterance (exclusive) of a shard.</summary>
    public (int Start, int End) UtterancesOf(int shard) => (_shardUtterances[shard], _shardUtterances[shard + 1]);

    /// <summary>The frames of one utterance, [frames, dimensions].</summary>
    /// <exception cref="Runs.UserException">The file cannot be read.</exception>
    public float[] ReadUtterance(int utterance)
    {
        var frames = new float[LengthOf(utterance) * (long)Dimensions];
        ReadFrames(_starts[utterance], frames);
        return frames;
    }

    /// <summary>Reads whole frames from <paramref name="start"/> on, over the borders of shards.</summary>
    /// <exception cref="Runs.UserException">The file cannot be read.</exception>
    public void ReadFrames(long start, Span<float> destination)
    {
        var count = destination.Length / Dimensions;
        if (destination.Length % Dimensions != 0 || start < 0 || count > Frames - start)
            throw new ArgumentOutOfRangeException(nameof(start));
        while (count > 0)
        {
            var shard = ShardOf(start);
            var here = (int)Math.Min(count, _shardFrames[shard + 1] - start);
            _arrays[shard].ReadRows(start - _shardFrames[shard], destination[..(here * Dimensions)]);
            destination = destination[(here * Dimensions)..];
            start += here;
            count -= here;
        }
    }

    /// <summary>
    /// Where a frame is, for a message: <c>DIR/train_0_1.npy, frame 17 of utterance 3</c> (both counted from 0 within the shard).
    /// </summary>
    public string Locate(long frame)
    {
        var shard = ShardOf(frame);
        var utterance = Array.BinarySearch(_starts, frame);
        if (utterance < 0)
            utterance = ~utterance - 1;
        while (utterance + 1 < _starts.Length - 1 && _starts[utterance + 1] == frame)
            utterance++; // utterances without frames share their start with the next one
        return string.Create(CultureInfo.InvariantCulture,
            $"{_paths[shard]}.npy, row {frame - _shardFrames[shard]} (frame {frame - _starts[utterance]} of utterance "
            + $"{utterance - _shardUtterances[shard]})");
    }

    public void Dispose() => _arrays.ForEach(a => a.Dispose());

    private int ShardOf(long frame)
    {
        var shard = 0;
        while (frame >= _shardFrames[shard + 1])
            shard++;
        return shard;
    }

    private static void ReadLengths(string path, long rows, List<long> starts)
    {
        if (!File.Exists(path))
            throw FeatureFaults.NoLengths(path);
        var (line, first) = (0, starts[^1]);
        foreach (var text in RegularFile.ReadLines(path))
        {
            line++;
            if (!int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var length))
                throw FeatureFaults.Length(path, line, text.Length > 40 ? text[..40] : text);
            starts.Add(starts[^1] + length);
        }
        if (starts[^1] - first != rows)
            throw FeatureFaults.LengthSum(path, starts[^1] - first, rows);
    }

    private static void Check(string path, FeatureShardRecord? record, NpyReader array, int utterances)
    {
        if (record is null)
            return;
        var expected = $"{array.Rows} frames of {array.RowElements} dimensions in {utterances} utterances";
        var found = $"{record.Frames} frames of {record.Features.Dimensions} dimensions in {record.Utterances} utterances";
        if (expected != found)
            throw FeatureFaults.RecordDisagrees(path, expected, found);
    }

    private static void CheckSame(string path, NpyReader first, NpyReader array, FeatureDescription? described, FeatureDescription? here)
    {
        if (first.RowElements != array.RowElements)
            throw FeatureFaults.ShardsDiffer(path, $"{first.RowElements} dimensions", $"{array.RowElements}");
        if ((described is null) != (here is null))
            throw FeatureFaults.ShardsDiffer(path, described?.ToString() ?? "no description", here?.ToString() ?? "no description");
        if (described is not null && described.DifferenceFrom(here!) is var (expected, found))
            throw FeatureFaults.ShardsDiffer(path, expected, found);
    }
}
