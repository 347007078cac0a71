using System.Diagnostics;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Features.Acoustic;

/// <summary>
/// Computes the MFCC or fbank features of a manifest and dumps them. Each core decodes and transforms one utterance after the other
/// and writes it at its place, which the manifest's sample counts tell beforehand; no more than one utterance per core is in memory.
/// </summary>
public static class AcousticDump
{
    /// <exception cref="UserException">A bad manifest, damaged or missing audio (with the manifest's line), or a full disk.</exception>
    public static AcousticDumpResult Run(
        AcousticDumpOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var manifest = Manifest.Read(options.ManifestPath, cancellation: cancel);
        var split = Path.GetFileNameWithoutExtension(options.ManifestPath);
        var (start, end) = options.Shard.Range(manifest.Entries.Count);
        if (start == end)
            throw FeatureFaults.EmptyShard(options.ManifestPath, options.Shard, manifest.Entries.Count);
        var lengths = new int[end - start];
        for (var i = start; i < end; i++)
            lengths[i - start] = FramesOf(options.ManifestPath, manifest, i);
        using var writer = FeatureDumpWriter.Create(options.OutputFolder, split, options.Shard, options.Settings.Description, lengths);
        var work = new UtteranceWork(start, end, progress);
        work.Run(options.Threads, () => new AcousticExtractor(options.Settings), (extractor, i) =>
        {
            var waveform = ManifestAudio.Read(options.ManifestPath, manifest, i, cancel);
            writer.Write(i - start, extractor.Compute(waveform),
                $"{options.ManifestPath}:{ManifestAudio.LineOf(i)}: {manifest.FullPath(i)}");
        }, cancel);
        cancel.ThrowIfCancellationRequested();
        writer.Complete();
        var samples = manifest.Entries.Skip(start).Take(end - start).Sum(e => e.LengthSamples);
        return new AcousticDumpResult(
            end - start, lengths.Sum(l => (long)l), options.Settings.Dimensions, (double)samples / AcousticSettings.SampleRate,
            clock.Elapsed);
    }

    private static int FramesOf(string manifestPath, Manifest manifest, int index)
    {
        var frames = AcousticSettings.FramesOf(manifest.Entries[index].LengthSamples);
        if (frames == 0)
        {
            throw FeatureFaults.TooShort($"{manifestPath}:{ManifestAudio.LineOf(index)}: {manifest.Entries[index].RelativePath}",
                AcousticSettings.WindowSamples, manifest.Entries[index].LengthSamples);
        }
        return (int)Math.Min(frames, int.MaxValue); // a manifest that lies is found out when the file is read
    }
}
