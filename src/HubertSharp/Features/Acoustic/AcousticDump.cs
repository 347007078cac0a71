using System.Diagnostics;
using HubertSharp.Distributed;
using HubertSharp.Runs;

namespace HubertSharp.Features.Acoustic;

/// <summary>
/// Computes the MFCC or fbank features of a manifest and dumps them. Each core decodes and transforms one utterance after the other
/// and writes it at its place, which the manifest's sample counts tell beforehand; no more than one utterance per core is in memory.
/// </summary>
public static class AcousticDump
{
    /// <exception cref="UserException">A bad manifest, damaged or missing audio (with the manifest's line), or a full disk.</exception>
    public static AcousticDumpResult Run(
        AcousticDumpOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var shard = ManifestShard.Open(options.ManifestPath, options.Shard, cancellation);
        var lengths = shard.Frames(AcousticSettings.FramesOf, AcousticSettings.WindowSamples);
        using var writer = !options.Replicas.Writes ? null : FeatureDumpWriter.Create(
            options.OutputFolder, shard.Split, options.Shard, options.Settings.Description, lengths);
        var work = new DumpWork(shard, lengths, options.Settings.Dimensions, writer is null ? [] : [writer], options.Replicas);
        work.Run(options.Threads, arrays: 1, () => new AcousticExtractor(options.Settings),
            (extractor, i) => [extractor.Compute(shard.Read(i, cancellation))], progress, cancellation);
        options.Replicas.Doing(RankReport.Alone + "the writing of the features", 0);
        writer?.Complete();
        return new AcousticDumpResult(shard.Count, lengths.Sum(l => (long)l), options.Settings.Dimensions,
            (double)shard.TotalSamples / AcousticSettings.SampleRate, clock.Elapsed);
    }
}
