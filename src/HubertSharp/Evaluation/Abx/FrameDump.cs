using HubertSharp.Evaluation.Alignments;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Abx;

/// <summary>A feature dump, ours or fairseq's, whose utterances the manifest names.</summary>
internal sealed class FrameDump : IFrameSource
{
    private readonly FeatureDumpReader _dump;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly UtteranceIndex _index;

    /// <exception cref="UserException">A bad manifest, no such dump, or one of another number of utterances.</exception>
    public FrameDump(string folder, string manifestPath)
    {
        Place = folder;
        var manifest = Manifest.Read(manifestPath);
        _dump = FeatureDumpReader.Open(folder, Path.GetFileNameWithoutExtension(manifestPath));
        if (_dump.Utterances != manifest.Entries.Count)
        {
            _dump.Dispose();
            throw FeatureFaults.OtherManifest(folder, manifestPath, manifest.Entries.Count, _dump.Utterances);
        }
        for (var i = 0; i < manifest.Entries.Count; i++)
            _numbers[UtteranceIndex.NameOf(manifest.Entries[i].RelativePath)] = i;
        _index = new UtteranceIndex(_numbers.Keys);
    }

    public string Place { get; }

    public double? FrameRate => _dump.Description?.FrameRate;

    /// <exception cref="UserException">Several utterances have that name.</exception>
    public int? Find(string name) => _index.Find(name) is { } found ? _numbers[found] : null;

    public int LengthOf(int utterance) => _dump.LengthOf(utterance);

    /// <exception cref="UserException">The file cannot be read.</exception>
    public float[] Read(int utterance) => _dump.ReadUtterance(utterance);

    public string PlaceOf(int utterance) => $"{Place}, utterance {utterance}";

    public void Dispose() => _dump.Dispose();
}
