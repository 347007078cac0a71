using HubertSharp.Corpora;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Features.Acoustic;
using HubertSharp.Pipelines.Tokenizers;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;
using HubertSharp.Training;

namespace HubertSharp.Pipelines;

/// <summary>Where everything of one pipeline lies, and what its stages share.</summary>
internal sealed class PipelineContext
{
    public static readonly string[] Splits = ["train", "valid"];

    public PipelineContext(PipelineOptions options)
    {
        Start = options.Recipe.Start is { } start ? PipelineStart.Open(start) : null;
        // without a corpus of its own it takes that of the pipeline before
        Options = Start is not null && options.Recipe.Corpus.Length == 0
            ? options with { Recipe = options.Recipe with { Corpus = Start.DataFolder } }
            : options;
        Folder = Path.GetFullPath(options.Folder);
        Iterations = [.. options.Recipe.Iterations.Select((recipe, index) => new PipelineIteration(this, recipe, index + 1))];
        Finetuning = options.Recipe.Finetuning is { } tuning ? new PipelineFinetuning(this, tuning) : null;
        Tokenizers = options.Recipe.Tokenizers is { } tokenizers ? new PipelineTokenizers(this, tokenizers) : null;
    }

    public PipelineOptions Options { get; }

    public Recipe Recipe => Options.Recipe;

    public string Folder { get; }

    public IReadOnlyList<PipelineIteration> Iterations { get; }

    /// <summary>Null where the recipe has none.</summary>
    public PipelineFinetuning? Finetuning { get; }

    /// <summary>Null where the recipe has none.</summary>
    public PipelineTokenizers? Tokenizers { get; }

    /// <summary>The pipeline that this one goes on from; null where it has iterations of its own.</summary>
    public PipelineStart? Start { get; }

    /// <summary>Run folder of the last model.</summary>
    public string ModelFolder => Start?.RunFolder ?? Iterations[^1].RunFolder;

    /// <summary>The layer of that model that the evaluation chose; null where none was, or before the evaluation.</summary>
    public int? ChosenLayer
    {
        get
        {
            var (rows, last) = Start is { } start
                ? (start.Report.Quality, start.Report.Iterations[^1].Number)
                : (ReportJson.Read<QualitySummary[]>(QualityStage.ResultPath(this)), Iterations[^1].Number);
            return rows.FirstOrDefault(row => row.IsChosen && row.Source.Iteration == last)?.Source.Layer;
        }
    }

    /// <summary>The corpus is one that this program makes.</summary>
    public bool MakesCorpus => Corpus.Names.Contains(Recipe.Corpus);

    /// <summary>The corpus is a folder of audio without manifests.</summary>
    public bool MakesManifests => !MakesCorpus && !File.Exists(Path.Combine(Recipe.Corpus, "train.tsv"));

    /// <summary>The folder with <c>train.tsv</c> and <c>valid.tsv</c>.</summary>
    public string DataFolder => MakesCorpus ? At("corpus") : MakesManifests ? At("manifest") : Path.GetFullPath(Recipe.Corpus);

    /// <summary>What the evaluation looks at: <c>train</c>, <c>valid</c>, and <c>test</c> where there is one.</summary>
    public IEnumerable<string> EvaluationSplits => File.Exists(Manifest("test")) ? [.. Splits, "test"] : Splits;

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string Manifest(string split) => Path.Combine(DataFolder, $"{split}.tsv");

    /// <summary>The manifests by content and their recordings by name and size; a user's own recordings by time of change too.</summary>
    public StageInputs AudioInputs(params string[] splits)
    {
        var inputs = new StageInputs();
        foreach (var split in splits)
        {
            inputs.File($"{split}.tsv", Manifest(split));
            var manifest = Runs.Manifests.Manifest.Read(Manifest(split));
            inputs.Files($"audio of {split}.tsv", Enumerable.Range(0, manifest.Entries.Count)
                    .Select(i => ArchiveSlice.FileOf(manifest.FullPath(i))).Distinct(),
                withTimes: !MakesCorpus);
        }
        return inputs;
    }

    /// <summary>Runs a piece of work under a progress display.</summary>
    public T WithProgress<T>(string title, Func<IProgress<StageProgress>?, T> work)
    {
        var progress = Options.Progress?.Invoke(title);
        using (progress as IDisposable)
            return work(progress);
    }

    /// <summary>Runs a training of the pipeline under its display.</summary>
    /// <returns>What the stage made: the newest checkpoint and the log.</returns>
    public IReadOnlyList<string> Trained(string runFolder, Func<IProgress<TrainingStatus>?, TrainingSummary> train)
    {
        var view = Options.Training?.Invoke();
        using (view as IDisposable)
            return [.. FilesIn(train(view).CheckpointFolder!), Path.Combine(runFolder, RunFolder.MetricsName)];
    }

    /// <summary>The features that an evaluation looked at, as the report names them.</summary>
    public FeatureSource SourceOf(FeatureSet set) => set.Kind switch
    {
        "mfcc" => FeatureSource.Mfcc with { Rate = Unusual(set.FrameRate) },
        "fbank" => new FeatureSource(FeatureSourceKind.Fbank, Rate: Unusual(set.FrameRate)),
        "random" => new FeatureSource(FeatureSourceKind.RandomModel, null, set.Layer),
        _ => new FeatureSource(FeatureSourceKind.TrainedModel, Iterations.First(i => i.RunFolder == set.Model).Number, set.Layer),
    };

    // MFCCs and filter energies have one rate of their own
    private static double? Unusual(double rate) => rate == AcousticSettings.Mfcc.Description.FrameRate ? null : rate;

    /// <summary>What a stage that is done made; the first process alone looks, while others may be ahead.</summary>
    public IReadOnlyList<string> Made(string folder) => Options.Replicas.Writes ? FilesIn(folder) : [];

    public static IReadOnlyList<string> FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != Stage.MadeFile)
            .Order(StringComparer.Ordinal)];

    /// <summary>The user's folders and files that the pipeline reads: no stage may write in or around them.</summary>
    public IEnumerable<string> Reads()
    {
        foreach (var file in Iterations.Select(i => i.Recipe.Config).Append(Recipe.Evaluation.Reference)
            .Concat(Recipe.Finetuning is { } finetuning ? [finetuning.Config] : [])
            .Concat(Recipe.Tokenizers is { } tokenizers ? [tokenizers.Config] : []).Where(File.Exists))
            yield return Path.GetFullPath(file);
        if (Start is { } start)
            yield return start.Folder;
        if (Finetuning is { MakesLabels: false } tuning)
            yield return tuning.LabelFolder;
        if (MakesCorpus)
            yield break;
        yield return Path.GetFullPath(Recipe.Corpus);
        if (MakesManifests)
            yield break;
        foreach (var manifest in EvaluationSplits.Select(split => Runs.Manifests.Manifest.Read(Manifest(split))))
        {
            if (!RealPath.IsBelow(DataFolder, manifest.Root)) // one that is far above says nothing about where the recordings lie
                yield return manifest.Root;
            foreach (var folder in Enumerable.Range(0, manifest.Entries.Count)
                .Select(i => Path.GetDirectoryName(Path.GetFullPath(manifest.FullPath(i)))!).Distinct())
                yield return folder;
        }
    }
}
