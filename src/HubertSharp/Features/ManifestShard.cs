using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Features;

/// <summary>The utterances of a manifest that one dump takes, whatever it makes of them.</summary>
internal sealed class ManifestShard
{
    private readonly string _path;
    private readonly Manifest _manifest;

    private ManifestShard(string path, Manifest manifest, int start, int end) =>
        (_path, _manifest, Start, End) = (path, manifest, start, end);

    /// <summary>Name of the manifest without its ending.</summary>
    public string Split => Path.GetFileNameWithoutExtension(_path);

    /// <summary>First utterance.</summary>
    public int Start { get; }

    /// <summary>The one after the last.</summary>
    public int End { get; }

    public int Count => End - Start;

    public long TotalSamples => Enumerable.Range(Start, Count).Sum(Samples);

    /// <exception cref="UserException">A bad manifest, or no utterance in this part of it.</exception>
    public static ManifestShard Open(string path, FeatureShard shard, CancellationToken cancellation)
    {
        var manifest = Manifest.Read(path, cancellation: cancellation);
        var (start, end) = shard.Range(manifest.Entries.Count);
        return start < end
            ? new ManifestShard(path, manifest, start, end)
            : throw FeatureFaults.EmptyShard(path, shard, manifest.Entries.Count);
    }

    /// <summary>All of a manifest that is read already.</summary>
    public static ManifestShard Whole(string path, Manifest manifest) => new(path, manifest, 0, manifest.Entries.Count);

    /// <summary>Samples of an utterance, as the manifest says.</summary>
    public long Samples(int index) => _manifest.Samples(index);

    /// <summary>Frames of each utterance.</summary>
    /// <param name="framesOf">Samples → frames; none for what is too short.</param>
    /// <param name="leastSamples">What one frame takes, for the fault's text.</param>
    /// <exception cref="UserException">An utterance is too short for one frame.</exception>
    public int[] Frames(Func<long, long> framesOf, long leastSamples) =>
    [
        .. Enumerable.Range(Start, Count).Select(i => framesOf(Samples(i)) is > 0 and var frames
            ? (int)Math.Min(frames, int.MaxValue) // a manifest that lies is found out when the file is read
            : throw FeatureFaults.TooShort($"{_path}:{ManifestAudio.LineOf(i)}: {_manifest.Entries[i].RelativePath}",
                leastSamples, Samples(i))),
    ];

    /// <summary>Where an utterance stands, for a fault's text.</summary>
    public string Place(int index) => $"{_path}:{ManifestAudio.LineOf(index)}: {_manifest.FullPath(index)}";

    /// <inheritdoc cref="ManifestAudio.Read"/>
    public float[] Read(int index, CancellationToken cancellation) => ManifestAudio.Read(_path, _manifest, index, cancellation);
}
