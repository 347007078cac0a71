using HubertSharp.Runs;

namespace HubertSharp.Evaluation;

/// <summary>Probes MFCCs, trained layers and untrained layers on the same examples and the same splits.</summary>
public static class ProbeRun
{
    /// <summary>One result per feature set (MFCC, then each model's layers, then the untrained ones) and per thing held out.</summary>
    /// <exception cref="UserException">Bad input, or too few examples.</exception>
    public static IReadOnlyList<ProbeResult> Run(ProbeRunOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancel = default)
    {
        TorchRuntime.Initialize();
        var data = ProbeData.Read(options.ManifestPaths, options.ReferencePath, options.RemoveDigits);
        foreach (var heldOut in options.HeldOut)
            ProbeFolds.Create(data.Examples, options.Probe with { HeldOut = heldOut }); // too few examples are told before anything long starts
        var results = new List<ProbeResult>();
        var sources = FeatureSources.Of(options.Mfcc, options.Models, options.Untrained, options.Precision, options.Probe.Seed).ToList();
        var done = 0L;
        foreach (var open in sources)
        {
            using var source = open();
            var pooled = source.Sets.Select(set => new float[(long)data.Examples.Count * set.Dimensions]).ToArray();
            var examples = data.Examples.Select((example, row) => (example, row)).ToLookup(e => e.example.Utterance);
            for (var utterance = 0; utterance < data.Utterances; utterance++)
            {
                cancel.ThrowIfCancellationRequested();
                var frames = source.Compute(data.ReadAudio(utterance, cancel));
                for (var set = 0; set < frames.Count; set++)
                    Pool(source.Sets[set], frames[set], examples[utterance], pooled[set]);
                progress?.Report(new StageProgress(++done, (long)data.Utterances * sources.Count, "files"));
            }
            for (var set = 0; set < pooled.Length; set++)
            {
                foreach (var heldOut in options.HeldOut)
                    results.Add(LinearProbe.Run(source.Sets[set], data.Examples, pooled[set], options.Probe with { HeldOut = heldOut }, cancel));
            }
        }
        return results;
    }

    private static void Pool(FeatureSet set, float[] frames, IEnumerable<(ProbeExample Example, int Row)> examples, float[] pooled)
    {
        foreach (var (example, row) in examples)
            SegmentPooling.Mean(frames, set.Dimensions, set.FrameRate, example.StartSample, example.EndSample, pooled.AsSpan(row * set.Dimensions, set.Dimensions));
    }
}
