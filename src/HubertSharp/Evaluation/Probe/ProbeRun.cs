using HubertSharp.Distributed;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.Evaluation.Probe;

/// <summary>Probes MFCCs, trained layers and untrained layers on the same examples and the same splits.</summary>
public static class ProbeRun
{
    /// <summary>One result per feature set (acoustic, then each model's layers, then the untrained ones) and per thing held out.</summary>
    /// <exception cref="UserException">Bad input, or too few examples.</exception>
    public static IReadOnlyList<ProbeResult> Run(
        ProbeRunOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        TorchRuntime.Initialize();
        var data = ProbeData.Read(options);
        foreach (var heldOut in options.HeldOut)
            // too few examples are told before anything long starts
            ProbeFolds.Create(data.Examples, options.Probe with { HeldOut = heldOut });
        var results = new List<ProbeResult>();
        var sources = FeatureSources.Of(options.Mfcc, options.Fbank, options.Models, options.Untrained, options.Precision,
            options.Probe.Seed).ToList();
        var examples = data.Examples.Select((example, row) => (example, row)).ToLookup(e => e.example.Utterance);
        var opened = 0;
        foreach (var open in sources)
        {
            using var source = open();
            var pooled = source.Sets.Select(set => new float[(long)data.Examples.Count * set.Dimensions]).ToArray();
            var stage = progress is null
                ? null
                : new StageOf(progress, (long)data.Utterances * opened++, (long)data.Utterances * sources.Count);
            var (rank, ranks) = (options.Replicas.Rank, options.Replicas.Count);
            SharedItems.Together(options.Replicas, () =>
            {
                new UtteranceWork(0, (data.Utterances - rank + ranks - 1) / ranks, stage).Run(threads: 0, TorchRuntime.SingleThreaded,
                    (_, turn) =>
                    {
                        var utterance = (turn * ranks) + rank;
                        var frames = source.Compute(data.ReadAudio(utterance, cancellation));
                        for (var set = 0; set < frames.Count; set++)
                            Pool(source.Sets[set], frames[set], examples[utterance], pooled[set]);
                    }, cancellation);
                return [];
            });
            cancellation.ThrowIfCancellationRequested();
            foreach (var means in ranks > 1 ? pooled : [])
                Join(means, options.Replicas);
            for (var set = 0; set < pooled.Length; set++)
            {
                foreach (var heldOut in options.HeldOut)
                    results.Add(LinearProbe.Run(
                        source.Sets[set], data.Examples, pooled[set],
                        options.Probe with { HeldOut = heldOut, Replicas = options.Replicas }, cancellation));
            }
        }
        return [.. results.Select(result => result with { Differences = [.. Differences(result, results)] })];
    }

    // what others pooled is zero here
    private static void Join(float[] pooled, Replicas replicas)
    {
        using var scope = NewDisposeScope();
        var all = tensor(pooled);
        replicas.Sum(all);
        all.data<float>().CopyTo(pooled);
    }

    /// <summary>A trained layer against acoustic features and against itself without training, over the same examples.</summary>
    private static IEnumerable<FigureDifference> Differences(ProbeResult result, IReadOnlyList<ProbeResult> all) =>
        result.Features.Kind != "trained"
            ? []
            : all.Where(other => other.HeldOut == result.HeldOut && (other.Features.Kind is "mfcc" or "fbank"
                    || (other.Features.Kind == "random" && other.Features.Layer == result.Features.Layer)))
                .Select(other => new FigureDifference(Figure.Probe, other.Features.Name, result.Figure!.Less(other.Figure!)));

    private static void Pool(FeatureSet set, float[] frames, IEnumerable<(ProbeExample Example, int Row)> examples, float[] pooled)
    {
        foreach (var (example, row) in examples)
            SegmentPooling.Mean(frames, set.Dimensions, set.FrameRate, example.StartSample, example.EndSample,
                pooled.AsSpan(row * set.Dimensions, set.Dimensions));
    }

    /// <summary>The progress of one source as part of that of all.</summary>
    private sealed class StageOf(IProgress<StageProgress> all, long before, long total) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => all.Report(value with { Done = before + value.Done, Total = total });
    }
}
