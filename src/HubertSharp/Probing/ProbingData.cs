using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Probing;

/// <summary>The recordings of a probe that have labels, split by split in the order of their manifests.</summary>
internal sealed class ProbingData
{
    private ProbingData(IReadOnlyList<ProbeUtterance> utterances, int leftOut) => (Utterances, LeftOut) = (utterances, leftOut);

    public IReadOnlyList<ProbeUtterance> Utterances { get; }

    /// <summary>Recordings without labels.</summary>
    public int LeftOut { get; }

    /// <summary>The places of a split's recordings.</summary>
    public int[] Of(ProbeSplit split) => [.. Enumerable.Range(0, Utterances.Count).Where(u => Utterances[u].Split == split)];

    /// <summary>The samples of one.</summary>
    /// <exception cref="UserException">Missing or damaged audio.</exception>
    public float[] Read(int utterance, CancellationToken cancellation = default)
    {
        var (part, index) = (Utterances[utterance].Part, Utterances[utterance].Index);
        return ManifestAudio.Read(part.Path, part.Manifest, index, cancellation);
    }

    /// <exception cref="UserException">Bad manifests or labels, or a split without any.</exception>
    public static ProbingData Read(ProbingOptions options)
    {
        ProbePart[] parts =
        [
            .. Parts(options.TrainManifests, ProbeSplit.Train), .. Parts(options.ValidManifests, ProbeSplit.Valid),
            .. Parts(options.TestManifests, ProbeSplit.Test),
        ];
        CheckApart(parts);
        var labels = options.LabelPaths.Count > 0 ? ProbeLabels.OfFiles(options, parts) : ProbeLabels.OfReference(options, parts);
        var utterances = labels.Where(u => u is not null).Select(u => u!).ToList();
        foreach (var part in parts.GroupBy(part => part.Split).Where(split => utterances.TrueForAll(u => u.Split != split.Key)))
            throw ProbingFaults.NothingLabelled(part.First().Path, options.ReferencePath ?? options.LabelPaths[0]);
        return new ProbingData(utterances, labels.Count - utterances.Count);
    }

    private static IEnumerable<ProbePart> Parts(IReadOnlyList<string> paths, ProbeSplit split) =>
        paths.Select(path => new ProbePart(path, Manifest.Read(path), split));

    private static void CheckApart(IReadOnlyList<ProbePart> parts)
    {
        var first = new Dictionary<string, ProbePart>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Manifest.Entries.Count; i++)
            {
                var path = part.Manifest.FullPath(i);
                if (!first.TryAdd(path, part) && first[path].Split != part.Split)
                    throw ProbingFaults.InTwoSplits(part.Manifest.Entries[i].RelativePath, first[path].Path, part.Path);
            }
        }
    }
}
