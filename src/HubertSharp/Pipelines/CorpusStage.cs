using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>The recordings: made by this program, or somebody's folder listed in manifests.</summary>
internal static class CorpusStage
{
    /// <summary>Tells a corpus that is not there before anything is written.</summary>
    public static void Check(PipelineContext context)
    {
        if (context.Finetuning is { MakesLabels: false } tuning && !File.Exists(tuning.Dictionary))
            throw PipelineFaults.NoLabels(tuning.Dictionary);
        if (context is { Start: not null, Tokenizers: { } tokenizers })
            _ = tokenizers.Layer; // which layer is best is known by now, or never
        if (context.MakesCorpus)
            return;
        if (!Directory.Exists(context.Recipe.Corpus))
            throw PipelineFaults.NoCorpus(context.Recipe.Corpus, NearestKey.Of(context.Recipe.Corpus, Corpus.Names), Corpus.Names);
        if (!context.MakesManifests && !File.Exists(context.Manifest("valid")))
            throw PipelineFaults.NoValid(context.DataFolder);
    }

    public static Stage Make(PipelineContext context) => new("corpus", context.At("corpus"))
    {
        Inputs = () => new StageInputs().Setting("corpus", context.Recipe.Corpus).Setting("seed", context.Recipe.Seed),
        Run = cancellation =>
        {
            var options = new CorpusOptions { Seed = context.Recipe.Seed };
            context.WithProgress($"corpus {context.Recipe.Corpus}",
                p => Corpus.Get(context.Recipe.Corpus, context.At("corpus"), options, p, cancellation));
            return PipelineContext.FilesIn(context.At("corpus"));
        },
    };

    public static Stage List(PipelineContext context) => new("manifest", context.At("manifest"))
    {
        Inputs = () => new StageInputs().Setting("seed", context.Recipe.Seed)
            .Files("audio", PipelineContext.FilesIn(context.Recipe.Corpus), withTimes: true),
        Run = cancellation =>
        {
            var options = new ManifestOptions
            {
                Folder = context.Recipe.Corpus,
                Output = context.At("manifest"),
                Seed = context.Recipe.Seed,
            };
            var report = context.WithProgress("manifest", p => ManifestBuilder.Build(options, p, cancellation));
            foreach (var (name, utterances, seconds) in report.Splits)
                context.Options.Say($"  {name}: {Counted.Of(utterances, "utterance")}, {seconds / 60:0.0} min");
            if (report.Skipped.Count > 0)
                context.Options.Say(
                    $"  {Counted.Of(report.Skipped.Count, "file")} left out, "
                    + $"listed in {context.At("manifest", "skipped.tsv")}");
            foreach (var note in report.Notes)
                context.Options.Say($"  note: {note}");
            if (report.Narrow is { } narrow)
                context.Options.Say($"  warning: {narrow.Message}");
            return PipelineContext.FilesIn(context.At("manifest"));
        },
    };
}
