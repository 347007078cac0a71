using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Probing;
using HubertSharp.Tensors;

namespace HubertSharp.Probing;

/// <summary>
/// Probes in SUPERB's manner (Yang et al. 2021): a small head over a learnt weighted sum of a frozen model's hidden states, beside the same
/// head over acoustic features and over the same model without training, on the same recordings.
/// </summary>
public static class ProbingRun
{
    /// <summary>Trains and scores a head on each set of features; writes <c>probing.json</c> and <c>probing.html</c>.</summary>
    /// <param name="options">What is probed, and where the results go. The same folder again goes on from its checkpoints.</param>
    /// <param name="stages">Begins the display of a stage's progress, by its name.</param>
    /// <param name="notice">Told of everything that a person should read.</param>
    /// <param name="cancellation">Interrupts; a training's checkpoint is written first.</param>
    /// <exception cref="UserException">Bad input.</exception>
    public static ProbingReport Run(ProbingOptions options, Func<string, IProgress<StageProgress>>? stages = null,
        Action<string>? notice = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        TorchRuntime.Initialize();
        if (options.LearningRates.Count > 1 && options.ValidManifests.Count == 0)
            throw ProbingFaults.NothingToChooseOn();
        var (json, page) = (OutputKind.Json.PlaceOf(Path.Combine(options.Out, ProbingReport.FileName)),
            OutputKind.Page.PlaceOf(Path.Combine(options.Out, ProbingReport.PageName)));
        var data = ProbingData.Read(options);
        var sources = Sources(options).ToList();
        var targets = ProbeTargets.Of(options, data, sources); // what cannot work is told before anything long starts
        var probed = new List<(ProbingRow Row, ResampledFigure Figure)>();
        foreach (var open in sources)
        {
            using var states = open();
            probed.Add(SourceProbe.Run(states, data, targets, options, stages, notice, cancellation));
        }
        var report = new ProbingReport(ProbingConfig.Name(options.Task), ProbingConfig.Metric(options.Task), targets.Classes.Count,
            data.Of(ProbeSplit.Train).Length, data.Of(ProbeSplit.Valid).Length, data.Of(ProbeSplit.Test).Length, data.LeftOut,
            Majority(options, data, targets, sources[0]), options.Normalize, options.Steps,
            [.. probed.Select((p, i) => p.Row with { Differences = [.. Differences(probed, i)] })]);
        DiskSync.CreateFolder(options.Out);
        ReportJson.Write(json, report);
        AtomicFile.WriteAllText(page, ProbingPage.Render(report));
        return report;
    }

    private static IEnumerable<Func<IHiddenStates>> Sources(ProbingOptions options)
    {
        if (options.Mfcc)
            yield return () => AcousticStates.Mfcc;
        if (options.Fbank)
            yield return () => AcousticStates.Fbank;
        foreach (var spec in options.Models)
            yield return () => ModelStates.Trained(spec, options);
        // one for each architecture, and for each choice of layers
        foreach (var same in options.Untrained
            ? options.Models.GroupBy(s => (HubertSource.ArchitectureOf(s), string.Join(',', s.Layers)))
            : [])
            yield return () => ModelStates.Untrained(same.First(), options);
    }

    /// <summary>A trained model against everything that is no model of its own, and against the models after it.</summary>
    private static IEnumerable<ProbingDifference> Differences(List<(ProbingRow Row, ResampledFigure Figure)> all, int mine) =>
        all[mine].Row.Kind != "trained"
            ? []
            : all.Where((other, i) => other.Row.Kind != "trained" || i > mine)
                .Select(other => new ProbingDifference(other.Row.Features, all[mine].Figure.Less(other.Figure)));

    private static double? Majority(ProbingOptions options, ProbingData data, ProbeTargets targets, Func<IHiddenStates> open)
    {
        if (options.Task == ProbeTask.CtcPhone)
            return null;
        using var states = open();
        var classes = targets.For(states);
        int[] Of(ProbeSplit split) => [.. data.Of(split).SelectMany(u => classes[u])];
        var most = Of(ProbeSplit.Train).CountBy(c => c).MaxBy(c => c.Value).Key;
        return Of(ProbeSplit.Test).Average(c => c == most ? 1.0 : 0);
    }
}
