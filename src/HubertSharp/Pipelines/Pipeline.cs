using HubertSharp.Pipelines.Tokenizers;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Languages;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Stages;
using HubertSharp.Tensors;

namespace HubertSharp.Pipelines;

/// <summary>The whole road of a recipe, from recordings to the report; what is done and unchanged is not done again.</summary>
public static class Pipeline
{
    /// <summary>Runs every stage whose inputs, settings or results changed since the last time.</summary>
    /// <returns>The report that the last stage wrote.</returns>
    /// <exception cref="UserException">Something that the user can mend, in a stage or in the recipe.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the next run goes on from there.</exception>
    public static PipelineReport Run(PipelineOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var context = new PipelineContext(options);
        var stages = Stages(context).ToList();
        stages.Add(ReportStage.Create(context, [.. stages.Select(s => s.Name)]));
        var names = stages.Select(s => s.Name).ToList();
        foreach (var forced in options.Forced)
        {
            if (!names.Contains(forced))
                throw PipelineFaults.NoSuchStage(forced, NearestKey.Of(forced, names), names);
        }
        CorpusStage.Check(context);
        StageFolders.Check(context.Folder, stages, context.Reads());
        TorchRuntime.Initialize();
        using var runner = new StageRunner(context.Folder, options.Forced, options.Say);
        foreach (var stage in stages)
        {
            SharedStages.Alone(options.Replicas, stage.Name);
            runner.Run(SharedStages.Told(stage, options.Replicas), cancellation);
        }
        SharedStages.End(options.Replicas);
        return ReportStage.Read(context);
    }

    /// <summary>What the processes beside the first do: their share of the stages that it runs.</summary>
    /// <exception cref="UserException">Something that the user can mend.</exception>
    internal static void Follow(PipelineOptions options, CancellationToken cancellation)
    {
        TorchRuntime.Initialize();
        SharedStages.Follow([.. Stages(new PipelineContext(options))], options.Replicas, cancellation);
    }

    /// <summary>Where <see cref="Run"/> writes the page.</summary>
    public static string PagePath(string folder, ReportLanguage language) => ReportStage.PagePath(folder, language);

    private static IEnumerable<Stage> Stages(PipelineContext context)
    {
        if (context.MakesCorpus)
            yield return CorpusStage.Make(context);
        if (context.MakesManifests)
            yield return CorpusStage.List(context);
        if (context.Finetuning is { MakesLabels: true } transcripts)
            yield return TranscriptStage.Create(context, transcripts);
        foreach (var iteration in context.Iterations)
        {
            yield return FeatureStage.Create(context, iteration);
            yield return ClusterStage.Create(context, iteration);
            yield return LabelStage.Create(context, iteration);
            yield return PretrainStage.Create(context, iteration);
        }
        yield return ReferenceStage.Create(context);
        if (context.Start is null)
        {
            yield return QualityStage.Create(context);
            if (context.Recipe.Evaluation.Every > 0)
                yield return WorthStage.Create(context);
            if (context.Recipe.Evaluation.Probe)
                yield return ProbeStage.Create(context);
        }
        if (context.Finetuning is { } tuning)
        {
            yield return FinetuneStage.Train(context, tuning);
            yield return FinetuneStage.Score(context, tuning);
        }
        if (context.Tokenizers is not { } tokenizers)
            yield break;
        yield return TeacherStage.Create(context, tokenizers);
        foreach (var tokenizer in tokenizers.All)
        {
            yield return TokenizerStage.Create(context, tokenizer);
            yield return TokenizerScoreStage.Create(context, tokenizers, tokenizer);
        }
        yield return TokenizerComparisonStage.Create(context, tokenizers);
    }
}
