using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Evaluation.Abx;

/// <summary>A folder with one <c>.npy</c> [frames, dimensions] per utterance, at any depth, named as the utterance.</summary>
internal sealed class FrameFolder : IFrameSource
{
    private readonly List<string> _paths;
    private readonly Dictionary<string, int> _numbers;
    private readonly UtteranceIndex _index;

    /// <exception cref="UserException">No such folder, or no array in it.</exception>
    public FrameFolder(string folder)
    {
        Place = folder;
        if (!Directory.Exists(folder))
            throw AbxFaults.NoFolder(folder);
        _paths = [.. Directory.EnumerateFiles(folder, "*.npy", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (_paths.Count == 0)
            throw AbxFaults.NoFeatures(folder);
        _numbers = _paths.Select((path, i) => (Name: Path.GetRelativePath(folder, path)[..^".npy".Length].Replace('\\', '/'), i))
            .ToDictionary(n => n.Name, n => n.i, StringComparer.Ordinal);
        _index = new UtteranceIndex(_numbers.Keys);
    }

    public string Place { get; }

    public double? FrameRate => null;

    /// <exception cref="UserException">Several arrays have that name.</exception>
    public int? Find(string name) => _index.Find(name) is { } found ? _numbers[found] : null;

    /// <exception cref="UserException">No array of frames, or damaged.</exception>
    public int LengthOf(int utterance)
    {
        using var reader = NpyReader.OpenFrames(_paths[utterance]);
        return (int)Math.Min(reader.Rows, int.MaxValue);
    }

    /// <exception cref="UserException">No array of frames, or damaged.</exception>
    public float[] Read(int utterance)
    {
        using var reader = NpyReader.OpenFrames(_paths[utterance]);
        return reader.ReadFloats();
    }

    public string PlaceOf(int utterance) => _paths[utterance];

    public void Dispose()
    {
    }
}
