using HubertSharp.Features;
using HubertSharp.Runs.Manifests;
using HubertSharp.Training;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>The frames of a dump.</summary>
internal sealed class DumpedTeacherFrames : ITeacherFrames
{
    private readonly string _split;
    private readonly FeatureDumpReader _dump;

    private DumpedTeacherFrames(string folder, string split, FeatureDumpReader dump) => (Place, _split, _dump) = (folder, split, dump);

    public string Place { get; }

    public FeatureDescription? Description => _dump.Description;

    public int Dimensions => _dump.Dimensions;

    public long Frames => _dump.Frames;

    /// <summary>Opens the dump of a split and sees that it is of its recordings.</summary>
    /// <param name="folder">Of the dump.</param>
    /// <param name="manifestPath">Of the split.</param>
    /// <param name="manifest">Its recordings.</param>
    /// <exception cref="Runs.UserException">None there, damaged, or of other recordings.</exception>
    public static DumpedTeacherFrames Open(string folder, string manifestPath, Manifest manifest)
    {
        var split = Path.GetFileNameWithoutExtension(manifestPath);
        var dump = FeatureDumpReader.Open(folder, split);
        if (dump.Utterances == manifest.Entries.Count)
            return new DumpedTeacherFrames(folder, split, dump);
        var found = dump.Utterances;
        dump.Dispose();
        throw FeatureFaults.OtherManifest(folder, manifestPath, manifest.Entries.Count, found);
    }

    public int LengthOf(int utterance) => _dump.LengthOf(utterance);

    public void Read(int utterance, int first, Span<float> frames) => _dump.ReadFrames(_dump.StartOf(utterance) + first, frames);

    public string HashOfLengths() => RunFingerprint.Hash(string.Join('\n', FeatureShards.Find(Place, _split)
        .Select(shard => RunFingerprint.HashFile($"{shard.PathIn(Place, _split)}.len"))));

    public void Dispose() => _dump.Dispose();
}
