using System.Text.Json;
using HubertSharp.Clustering;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>
/// The utterances that the reference covers, split by split: no other has to be run through the models. Layers are scored on <c>test</c>
/// and chosen on <c>valid</c>; without <c>test</c> scored on <c>valid</c> and chosen on <c>train</c>, so that what is scored decides
/// nothing.
/// </summary>
/// <param name="Fit">Manifest that k-means is fitted on.</param>
/// <param name="Choice">Manifest that layers are chosen on; null where that would be the scored one.</param>
/// <param name="ChoiceSplit">Its split.</param>
/// <param name="Scored">Manifest that is scored.</param>
/// <param name="ScoredSplit">Its split.</param>
internal sealed record LayerManifests(string Fit, string? Choice, string? ChoiceSplit, string Scored, string ScoredSplit)
{
    /// <summary>Writes the manifests into a folder.</summary>
    public static LayerManifests Write(PipelineContext context, WorkFolder work)
    {
        var alignment = AlignmentFile.Read(ReferenceStage.AlignmentPath(context));
        var covered = context.EvaluationSplits.Select(split => (Split: split, Manifest: Covered(context, split, alignment)))
            .Where(split => split.Split == "train" || split.Manifest.Entries.Count > 0).ToList();
        foreach (var (split, manifest) in covered)
            manifest.Write(work.At($"{split}.tsv"));
        var scored = covered[^1].Split;
        if (covered.Count == 1)
            context.Options.Say(
                "  the reference covers no held-out recordings: layers are scored on those of training, and none is chosen");
        var choice = covered.Count > 1 ? covered[^2].Split : null;
        return new LayerManifests(work.At("train.tsv"), choice is null ? null : work.At($"{choice}.tsv"), choice,
            work.At($"{scored}.tsv"), scored);
    }

    /// <summary>The same among several processes, of which the first has the folder.</summary>
    public static LayerManifests Shared(PipelineContext context, WorkFolder? work)
    {
        var replicas = context.Options.Replicas;
        SharedStages.Alone(replicas, "the manifests of the layers");
        var own = work is null ? null : Write(context, work);
        var told = replicas.Gather(JsonSerializer.SerializeToUtf8Bytes(own))[0];
        return own ?? JsonSerializer.Deserialize<LayerManifests>(told)!;
    }

    /// <summary>What decides the figures of layers, whichever models they are of.</summary>
    public static StageInputs Inputs(PipelineContext context) => context.AudioInputs([.. context.EvaluationSplits])
        .File("alignment", ReferenceStage.AlignmentPath(context))
        .Setting("layers", string.Join(',', context.Recipe.Evaluation.Layers))
        .Setting("clusters", context.Recipe.Evaluation.Clusters)
        .Setting("seed", context.Recipe.Seed);

    /// <summary>How layers are clustered and scored, beside MFCCs and models without training.</summary>
    /// <param name="context">The pipeline.</param>
    /// <param name="iteration">Its device and precision are computed with.</param>
    /// <param name="starts">Starts of k-means.</param>
    /// <param name="workFolder">Where the features are kept meanwhile.</param>
    public LayerQualityOptions Options(PipelineContext context, PipelineIteration iteration, int starts, string workFolder) => new()
    {
        ManifestPath = Scored,
        FitManifestPath = Fit,
        ChooseManifestPath = Choice,
        ReferencePath = ReferenceStage.AlignmentPath(context),
        Mfcc = true,
        Untrained = true,
        KMeans = new KMeansOptions { Clusters = context.Recipe.Evaluation.Clusters, Starts = starts, Seed = context.Recipe.Seed },
        Precision = iteration.FeaturePrecision,
        Device = iteration.Device,
        Abx = new AbxOptions { Seed = context.Recipe.Seed },
        WorkFolder = workFolder,
    };

    /// <summary>Whether there is a reference, and it says something of a split.</summary>
    public static bool IsCovered(PipelineContext context, string split) => ReferenceStage.HasAlignment(context)
        && Covered(context, split, AlignmentFile.Read(ReferenceStage.AlignmentPath(context))).Entries.Count > 0;

    private static Manifest Covered(PipelineContext context, string split, IReadOnlyList<AlignedUtterance> alignment)
    {
        var manifest = Manifest.Read(context.Manifest(split));
        var names = UtteranceIndex.Named(alignment, manifest).Select(u => u.Name).ToHashSet(StringComparer.Ordinal);
        return new Manifest(manifest.Root, [.. manifest.Entries.Where(e => names.Contains(UtteranceIndex.NameOf(e.RelativePath)))]);
    }
}
