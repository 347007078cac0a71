using HubertSharp.Evaluation.Probe;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>The linear probe on frozen features: MFCCs, every iteration's model, and a model that was never trained.</summary>
internal static class ProbeStage
{
    public static string ResultPath(PipelineContext context) => context.At("probe", "probe.json");

    public static Stage Create(PipelineContext context) => new("probe", context.At("probe"))
    {
        IsShared = true,
        Inputs = () =>
        {
            var inputs = context.AudioInputs([.. context.EvaluationSplits])
                .File("alignment", ReferenceStage.AlignmentPath(context))
                .Setting("layers", string.Join(',', context.Recipe.Evaluation.Layers));
            foreach (var iteration in context.Iterations)
                inputs.Setting($"model {iteration.Number}", ModelIdentity.Of(iteration.RunFolder));
            return inputs;
        },
        Run = cancellation =>
        {
            SharedStages.Alone(context.Options.Replicas, "the probe");
            var rows = ReferenceStage.HasAlignment(context) ? Measure(context, cancellation) : [];
            if (context.Options.Replicas.Writes)
                ReportJson.Write(ResultPath(context), rows);
            return [ResultPath(context)];
        },
    };

    private static List<ProbeSummary> Measure(PipelineContext context, CancellationToken cancellation)
    {
        var options = new ProbeRunOptions
        {
            ManifestPaths = [.. context.EvaluationSplits.Select(context.Manifest)],
            TestManifestPaths = [context.Manifest(context.EvaluationSplits.Last())], // what no model was trained on
            ReferencePath = ReferenceStage.AlignmentPath(context),
            Models = [.. context.Iterations.Select(i => new ModelSpec(i.RunFolder, context.Recipe.Evaluation.Layers))],
            Fbank = true,
            Untrained = true,
            Precision = context.Iterations[^1].Precision,
            Replicas = context.Options.Replicas,
        };
        var data = new Lazy<ProbeData>(() => ProbeData.Read(options));
        List<HeldOut> possible = [];
        foreach (var heldOut in Enum.GetValues<HeldOut>())
        {
            try
            {
                ProbeFolds.Create(data.Value.Examples, options.Probe with { HeldOut = heldOut });
                possible.Add(heldOut);
            }
            catch (UserException e)
            {
                context.Options.Say($"  left out: {e.Message}"); // a small corpus is no reason to fail at the end of a long run
            }
        }
        if (possible.Count == 0)
            return [];
        var results = context.WithProgress("probe", p => ProbeRun.Run(options with { HeldOut = possible }, p, cancellation));
        if (results.Any(r => r.Learnt >= options.Probe.MostExamples))
            context.Options.Say($"  each classifier learnt from about {options.Probe.MostExamples:N0} examples of whole recordings");
        return
        [
            .. results.Select(r =>
            {
                var over = r.Intervals.ToDictionary(i => i.Over);
                var recordings = over.GetValueOrDefault(ResampledUnit.Utterances);
                return new ProbeSummary(context.SourceOf(r.Features), r.HeldOut.ToString().ToLowerInvariant(), r.Accuracy,
                    recordings?.Low ?? double.NaN, recordings?.High ?? double.NaN, r.Examples, r.Classes, r.Majority)
                {
                    OverSpeakers = over.GetValueOrDefault(ResampledUnit.Speakers),
                    Differences =
                    [
                        .. r.Differences.Select(d => new DifferenceSummary(d.Figure,
                            context.SourceOf(results.First(other => other.Features.Name == d.Than).Features), d.Paired)),
                    ],
                };
            }),
        ];
    }
}
