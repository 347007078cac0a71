using HubertSharp.Clustering;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Features;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// Cluster quality against the reference: the labels of every iteration, and each model's layers clustered anew with the same
/// number of clusters, all over the same training utterances.
/// </summary>
internal static class QualityStage
{
    public static string ResultPath(PipelineContext context) => context.At("quality", "quality.json");

    public static Stage Create(PipelineContext context) => new("quality", context.At("quality"))
    {
        Inputs = () =>
        {
            var inputs = context.AudioInputs("train")
                .File("alignment", ReferenceStage.AlignmentPath(context))
                .Setting("layers", string.Join(',', context.Recipe.Evaluation.Layers))
                .Setting("clusters", context.Recipe.Evaluation.Clusters)
                .Setting("seed", context.Recipe.Seed);
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
                using var work = WorkFolder.In(context.At("quality"), "manifest");
                var manifest = WriteCovered(context, work);
                foreach (var iteration in context.Iterations)
                    rows.AddRange(Score(context, context.Manifest("train"), iteration.Labels("train"), iteration.Recipe.LabelRate,
                        iteration.Source, iteration.Recipe.Clusters, isLabelSet: true));
                foreach (var iteration in context.Iterations)
                    rows.AddRange(Layers(context, iteration, manifest, cancellation));
            }
            ReportJson.Write(ResultPath(context), rows);
            return [ResultPath(context)];
        },
    };

    /// <summary>The training utterances that the reference covers: no other has to be run through the models.</summary>
    private static string WriteCovered(PipelineContext context, WorkFolder work)
    {
        var train = Manifest.Read(context.Manifest("train"));
        var index = new UtteranceIndex(train.Entries.Select(e => UtteranceIndex.NameOf(e.RelativePath)));
        var covered = AlignmentFile.Read(ReferenceStage.AlignmentPath(context)).Select(u => index.Find(u.Name)).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var path = work.At("train.tsv");
        new Manifest(train.Root, [.. train.Entries.Where(e => covered.Contains(UtteranceIndex.NameOf(e.RelativePath)))]).Write(path);
        return path;
    }

    private static IEnumerable<QualitySummary> Layers(
        PipelineContext context, PipelineIteration iteration, string manifest, CancellationToken cancellation)
    {
        var layers = context.Recipe.Evaluation.Layers is { Count: > 0 } chosen
            ? chosen
            : [.. Enumerable.Range(1, iteration.Config.Value.Model.EncoderLayers)];
        using var work = WorkFolder.In(context.At("quality"), "layers"); // large, and only their score counts
        var features = work.FullName;
        var dump = new HubertDumpOptions
        {
            ManifestPath = manifest,
            OutputFolder = features,
            ModelPath = iteration.RunFolder,
            Layers = layers,
            Precision = iteration.FeaturePrecision,
            Device = iteration.Device,
        };
        context.WithProgress($"layers of iteration {iteration.Number}", p => HubertDump.Run(dump, p, cancellation));
        foreach (var layer in layers)
        {
            var folder = layers.Count == 1 ? features : Path.Combine(features, $"layer_{layer}");
            var (model, labels) = (Path.Combine(folder, "km.safetensors"), Path.Combine(folder, "train.km"));
            ClusterStage.Fit(context, folder, new KMeansOptions
            {
                Clusters = context.Recipe.Evaluation.Clusters,
                Starts = 5,
                Seed = context.Recipe.Seed,
            }, model, cancellation);
            double frameRate;
            using (var reader = FeatureDumpReader.Open(folder, "train"))
            {
                KMeansLabels.Write(reader, KMeansModel.Load(model), labels, cancellation: cancellation);
                frameRate = reader.Description!.FrameRate;
            }
            foreach (var row in Score(context, manifest, labels, frameRate,
                new FeatureSource(FeatureSourceKind.TrainedModel, iteration.Number, layer), context.Recipe.Evaluation.Clusters,
                isLabelSet: false))
                yield return row;
        }
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
        foreach (var row in rows.Where(r => r.Quality.Pnmi is null))
            context.Options.Say($"  left out: {row.Language ?? "all"}: the reference has one class alone, so PNMI is undefined");
        return rows.Where(r => r.Quality.Pnmi is not null).Select(r => new QualitySummary(
            source, r.Language, ReferenceStage.Unit(context), r.Quality.Hypotheses.Count, r.Quality.FramesTotal, r.Quality.ReferencePurity,
            r.Quality.ClusterPurity, r.Quality.Pnmi!.Value, isLabelSet)
        {
            AskedClusters = clusters,
            LabelRate = r.LabelRate,
        });
    }
}
