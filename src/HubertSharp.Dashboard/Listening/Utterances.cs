using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Dashboard.Listening;

/// <summary>The utterances that a run trains and validates on: its manifests, their audio, and the labels of their frames.</summary>
internal sealed class Utterances(DecodedAudio decoded, AudioRoots roots) : IDisposable
{
    private const int MaximumPage = 100;
    private const int MaximumSegments = 20_000;
    private const long MaximumManifestBytes = 256 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly FileCache<Manifest> _manifests = new(4, Patience);
    private readonly FileCache<LabelFile> _labels = new(4, Patience);

    /// <summary>One page of a split's utterances.</summary>
    /// <param name="split">A split of the configuration; null for the first one that has a manifest.</param>
    /// <param name="search">Part of the path, or null.</param>
    /// <exception cref="UserException">No configuration or manifest.</exception>
    public UtterancePage List(RunEntry run, string? split, string? search, int offset, int count)
    {
        var source = RunSource.Of(run);
        split = split is not null && source.Splits.Contains(split)
            ? split
            : source.Splits.FirstOrDefault(s => File.Exists(source.ManifestPath(s))) ?? source.Splits[0];
        var manifest = Read(source, split);
        var found = Enumerable.Range(0, manifest.Entries.Count)
            .Where(i => string.IsNullOrEmpty(search)
                || manifest.Entries[i].RelativePath.Contains(search, StringComparison.OrdinalIgnoreCase)).ToList();
        return new UtterancePage(split, source.Splits, manifest.Entries.Count, found.Count, Math.Max(0, offset), roots.Refused(manifest),
            [.. found.Skip(Math.Max(0, offset)).Take(Math.Clamp(count, 1, MaximumPage)).Select(i => Of(i, manifest, source))]);
    }

    /// <summary>The cluster labels of one utterance; null where there is no such utterance.</summary>
    /// <exception cref="UserException">A damaged label file.</exception>
    public UtteranceTimeline? Timeline(RunEntry run, string split, int index)
    {
        var source = RunSource.Of(run);
        if (!source.Splits.Contains(split) || Read(source, split) is not { } manifest || index < 0 || index >= manifest.Entries.Count)
            return null;
        var sets = source.LabelNames.Select(name => Track(source.LabelPath(split, name), name, index)).ToList();
        return new UtteranceTimeline(Of(index, manifest, source), source.LabelRate, sets);
    }

    /// <summary>The manifest of one of the run's splits; null for any other name.</summary>
    /// <exception cref="UserException">No configuration or manifest.</exception>
    public Manifest? Manifest(RunEntry run, string split) =>
        RunSource.Of(run) is var source && source.Splits.Contains(split) ? Read(source, split) : null;

    /// <summary>
    /// The audio of an utterance: the file itself where browsers play it, else as WAV; null where it leaves the manifest's root, passes a
    /// link, or is not what its name says.
    /// </summary>
    /// <exception cref="UserException">A file that cannot be decoded.</exception>
    /// <exception cref="AudioElsewhereException">It lies where no audio may come from.</exception>
    public async Task<UtteranceAudio?> AudioAsync(RunEntry run, string split, int index, CancellationToken cancellation)
    {
        if (Manifest(run, split) is not { } manifest || index < 0 || index >= manifest.Entries.Count)
            return null;
        if (!AudioType.IsPlayable(manifest.Entries[index].RelativePath))
            return await decoded.WavAsync(manifest, index, 0, manifest.Entries[index].LengthSamples, cancellation)
                .ConfigureAwait(false) is { } wav ? new UtteranceAudio(new MemoryStream(wav), "audio/wav") : null;
        return roots.File(manifest, index) is { } path ? Open(path) : null;
    }

    public void Dispose()
    {
        _manifests.Dispose();
        _labels.Dispose();
    }

    private static UtteranceAudio? Open(string path)
    {
        var file = RegularFile.OpenRead(path);
        if (AudioType.Of(path, file) is { } type)
            return new UtteranceAudio(file, type);
        file.Dispose();
        return null;
    }

    private Utterance Of(int index, Manifest manifest, RunSource source) =>
        Utterance.Of(index, manifest.Entries[index], source.SampleRate, decoded);

    private Manifest Read(RunSource source, string split) =>
        _manifests.Get(
            source.ManifestPath(split), (path, ends) => HubertSharp.Runs.Manifests.Manifest.Read(path, MaximumManifestBytes, ends));

    private LabelTrack Track(string path, string name, int index)
    {
        if (!File.Exists(path))
            return new LabelTrack(name, 0, [], $"no such file: {path}");
        try
        {
            var labels = _labels.Get(path, (file, ends) => LabelFile.Open(file, ends));
            if (index >= labels.Count)
                return new LabelTrack(name, 0, [], $"{path}: only {labels.Count} lines");
            return Segments(name, labels.ReadLine(index));
        }
        catch (UserException e)
        {
            return new LabelTrack(name, 0, [], e.Message);
        }
    }

    // Numbers only: whatever file the configuration names, its text does not leave.
    private static LabelTrack Segments(string name, string line)
    {
        var segments = new List<int[]>();
        var frames = 0;
        foreach (var range in line.AsSpan().SplitAny(" \t\r"))
        {
            var token = line.AsSpan(range);
            if (token.IsEmpty)
                continue;
            var cluster = token.Length <= 7 && int.TryParse(token, out var number) ? number : -1;
            if (segments.Count > 0 && segments[^1][0] == cluster)
                segments[^1][1]++;
            else if (segments.Count < MaximumSegments)
                segments.Add([cluster, 1]);
            else
                break;
            frames++;
        }
        return new LabelTrack(name, frames, segments, null);
    }
}
