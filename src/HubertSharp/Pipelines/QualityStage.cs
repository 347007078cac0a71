using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Interop;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// Cluster quality against the reference: the labels of every iteration over the training utterances; and each model's layers, acoustic
/// features and an untrained model over utterances that no model was trained on, clustered alike, with ABX.
/// </summary>
internal static class QualityStage
{
    public static string ResultPath(PipelineContext context) => context.At("quality", "quality.json");

    public static Stage Create(PipelineContext context) => new("quality", context.At("quality"))
    {
        IsShared = true,
        Inputs = () =>
        {
            var inputs = LayerManifests.Inputs(context);
            foreach (var iteration in context.Iterations)
            {
                inputs.File($"labels {iteration.Number}", iteration.Labels("train"))
                    .Setting($"model {iteration.Number}", ModelIdentity.Of(iteration.RunFolder));
            }
            return inputs;
        },
        Run = cancellation =>
        {
            List<QualitySummary> rows = [];
            if (ReferenceStage.HasAlignment(context))
            {
                using var work = context.Options.Replicas.Writes ? WorkFolder.In(context.At("quality"), "manifest") : null;
                var manifests = LayerManifests.Shared(context, work);
                SharedStages.Alone(context.Options.Replicas, "the scores of the labels");
                foreach (var iteration in work is null ? [] : context.Iterations)
                    rows.AddRange(Score(context, context.Manifest("train"), iteration.Labels("train"), iteration.Recipe.LabelRate,
                        iteration.Source, iteration.Recipe.Clusters, isLabelSet: true));
                rows.AddRange(Layers(context, manifests, cancellation));
            }
            if (context.Options.Replicas.Writes)
                ReportJson.Write(ResultPath(context), rows);
            return [ResultPath(context)];
        },
    };

    private static IEnumerable<QualitySummary> Layers(
        PipelineContext context, LayerManifests manifests, CancellationToken cancellation)
    {
        var options = manifests.Options(context, context.Iterations[^1], starts: 5, context.At("quality")) with
        {
            Replicas = context.Options.Replicas,
            Fbank = true,
            Models = [.. context.Iterations.Select(i => new ModelSpec(i.RunFolder, context.Recipe.Evaluation.Layers))],
        };
        var rows = ConsecutiveStages.Run(context.Options.Progress, stages => LayerQuality.Run(options, stages, cancellation));
        var sources = rows.Select(row => (row.Labels, Source: context.SourceOf(row.Features!))).DistinctBy(s => s.Labels)
            .ToDictionary(s => s.Labels, s => s.Source, StringComparer.Ordinal);
        var summaries = Summaries(context, rows, row => sources[row.Labels], context.Recipe.Evaluation.Clusters, isLabelSet: false);
        return summaries.Select(s => s.Summary with
        {
            Split = manifests.ScoredSplit,
            ChoiceSplit = manifests.ChoiceSplit,
            IsChosen = s.Row.IsChosen,
            AbxWithin = s.Row.AbxWithin,
            AbxAcross = s.Row.AbxAcross,
            Differences = [.. s.Row.Differences.Select(d => new DifferenceSummary(d.Figure, sources[d.Than], d.Paired))],
        });
    }

    private static IEnumerable<QualitySummary> Score(
        PipelineContext context, string manifest, string labels, double labelRate, FeatureSource source, int clusters,
        bool isLabelSet)
    {
        var rows = LabelFileQuality.Measure(new QualityOptions
        {
            ManifestPath = manifest,
            Labels = [labels],
            LabelRates = [labelRate],
            ReferencePath = ReferenceStage.AlignmentPath(context),
        });
        return Summaries(context, rows, _ => source, clusters, isLabelSet).Select(s => s.Summary with { Split = "train" });
    }

    private static IEnumerable<(QualityRow Row, QualitySummary Summary)> Summaries(
        PipelineContext context, IReadOnlyList<QualityRow> rows, Func<QualityRow, FeatureSource> sourceOf, int clusters, bool isLabelSet)
    {
        foreach (var row in rows.Where(r => r.Quality.Pnmi is null))
            context.Options.Say($"  left out: {row.Language ?? "all"}: the reference has one class alone, so PNMI is undefined");
        return rows.Where(r => r.Quality.Pnmi is not null).Select(r => (r, new QualitySummary(
            sourceOf(r), r.Language, ReferenceStage.Unit(context), r.Quality.Hypotheses.Count, r.Quality.FramesTotal,
            r.Quality.ReferencePurity, r.Quality.ClusterPurity, r.Quality.Pnmi!.Value, isLabelSet)
        {
            AskedClusters = clusters,
            LabelRate = r.LabelRate,
            PnmiIntervals = r.Estimates.Pnmi!.Intervals,
        }));
    }
}
