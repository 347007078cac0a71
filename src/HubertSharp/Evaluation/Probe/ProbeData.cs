using HubertSharp.Evaluation.Alignments;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Probe;

/// <summary>The utterances of some manifests that an alignment covers, and their segments as examples.</summary>
internal sealed class ProbeData
{
    // a copy at another rate or in another format rounds, or has a decoder's delay; aligners round their times, and count in frames
    private const long ToleranceSamples = 1600;

    private readonly List<(string ManifestPath, Manifest Manifest, int Index)> _utterances = [];

    private ProbeData()
    {
    }

    public List<ProbeExample> Examples { get; } = [];

    public int Utterances => _utterances.Count;

    /// <exception cref="UserException">A bad manifest or alignment, or nothing in common.</exception>
    public static ProbeData Read(ProbeRunOptions options)
    {
        var data = new ProbeData();
        var (manifestPaths, referencePath, removeDigits) = (options.ManifestPaths, options.ReferencePath, options.RemoveDigits);
        var alignment = AlignmentFormats.Read(referencePath);
        if (removeDigits)
            LabelDigits.Check(referencePath, alignment.SelectMany(u => u.Segments).Select(s => s.Label));
        foreach (var path in manifestPaths)
        {
            var manifest = Manifest.Read(path);
            var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < manifest.Entries.Count; i++)
                indexOf[UtteranceIndex.NameOf(manifest.Entries[i].RelativePath)] = i;
            var names = new UtteranceIndex(indexOf.Keys);
            foreach (var utterance in alignment)
            {
                if (names.Find(utterance.Name) is { } name)
                    data.Add(path, manifest, indexOf[name], utterance, options);
            }
        }
        return data.Examples.Count > 0
            ? data
            : throw EvaluationFaults.NothingInCommon(alignment.Count, manifestPaths.Sum(p => Manifest.Read(p).Entries.Count));
    }

    /// <summary>The samples of an utterance.</summary>
    /// <exception cref="UserException">Missing or damaged audio.</exception>
    public float[] ReadAudio(int utterance, CancellationToken cancellation)
    {
        var (path, manifest, index) = _utterances[utterance];
        return ManifestAudio.Read(path, manifest, index, cancellation);
    }

    private void Add(string manifestPath, Manifest manifest, int index, AlignedUtterance utterance, ProbeRunOptions options)
    {
        var samples = manifest.Entries[index].LengthSamples;
        var longer = utterance.LengthSamples - samples;
        if (longer > ToleranceSamples || (longer < -ToleranceSamples && !utterance.IsApproximate))
            throw EvaluationFaults.OtherLength(options.ReferencePath, utterance.Name, samples, ToleranceSamples, utterance.LengthSamples);
        foreach (var segment in utterance.Segments.Where(s => s.StartSample < samples))
        {
            var label = options.RemoveDigits ? FrameLabelFiles.WithoutDigits(segment.Label) : segment.Label;
            var speaker = utterance.Speaker ?? "";
            Examples.Add(new ProbeExample(_utterances.Count, segment.StartSample, Math.Min(segment.EndSample, samples), label,
                speaker, $"{speaker}/{segment.Label}", manifest.FullPath(index),
                options.TestManifestPaths.Count == 0 || options.TestManifestPaths.Contains(manifestPath)));
        }
        _utterances.Add((manifestPath, manifest, index));
    }
}
