using HubertSharp.Corpora;
using HubertSharp.Runs;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Pipelines;

/// <summary>Where everything of one pipeline lies, and what its stages share.</summary>
internal sealed class PipelineContext
{
    public static readonly string[] Splits = ["train", "valid"];

    public PipelineContext(PipelineOptions options)
    {
        Options = options;
        Folder = Path.GetFullPath(options.Folder);
        Iterations = [.. options.Recipe.Iterations.Select((recipe, index) => new PipelineIteration(this, recipe, index + 1))];
    }

    public PipelineOptions Options { get; }

    public Recipe Recipe => Options.Recipe;

    public string Folder { get; }

    public IReadOnlyList<PipelineIteration> Iterations { get; }

    /// <summary>The corpus is one that this program makes.</summary>
    public bool MakesCorpus => Corpus.Names.Contains(Recipe.Corpus);

    /// <summary>The corpus is a folder of audio without manifests.</summary>
    public bool MakesManifests => !MakesCorpus && !File.Exists(Path.Combine(Recipe.Corpus, "train.tsv"));

    /// <summary>The folder with <c>train.tsv</c> and <c>valid.tsv</c>.</summary>
    public string DataFolder => MakesCorpus ? At("corpus") : MakesManifests ? At("manifest") : Path.GetFullPath(Recipe.Corpus);

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
            inputs.Files($"audio of {split}.tsv", Enumerable.Range(0, manifest.Entries.Count).Select(manifest.FullPath), withTimes: !MakesCorpus);
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

    public static IReadOnlyList<string> FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
