using HubertSharp.Dashboard.Runs;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Listening;

/// <summary>
/// Where a run's manifests and labels lie, from its configuration. Names in it are file names, never ways to other folders.
/// </summary>
internal sealed record RunSource(
    string Data, string LabelDir, IReadOnlyList<string> Splits, IReadOnlyList<string> LabelNames, double LabelRate, int SampleRate)
{
    private const int MaximumSets = 4;

    /// <exception cref="UserException">No configuration, or one that is none.</exception>
    public static RunSource Of(RunEntry run)
    {
        var loaded = ConfigLoader.LoadAnyRun(run.File(RunFolder.ConfigName) ?? throw DashboardFaults.NoConfig(run.Name)).Shared;
        var config = loaded switch
        {
            HubertConfig hubert => hubert,
            FinetuningConfig finetuning => WithoutLabels(finetuning),
            _ => WithoutLabels((TokenizerTrainingConfig)loaded),
        };
        var splits = new[]
        {
            config.Dataset.TrainSubset,
        }.Concat(config.Dataset.ValidSubset.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct().ToList();
        foreach (var name in splits.Where(s => !SafePath.IsName(s)))
            throw DashboardFaults.BadName("dataset.train_subset, dataset.valid_subset", name);
        foreach (var name in config.Task.Labels.Where(s => !SafePath.IsName(s)))
            throw DashboardFaults.BadName("task.labels", name);
        foreach (var (key, folder) in new[] { ("task.data", config.Task.Data), ("task.label_dir", config.Task.LabelDir ?? "") })
        {
            if (folder.Contains("${", StringComparison.Ordinal))
                throw DashboardFaults.Reference(key, folder);
        }
        return new RunSource(config.Task.Data, config.Task.LabelDir ?? config.Task.Data, splits, [.. config.Task.Labels.Take(MaximumSets)],
            config.Task.LabelRate, Math.Max(1, config.Task.SampleRate));
    }

    // transcripts have no times: there is nothing to draw beside the audio
    private static HubertConfig WithoutLabels(FinetuningConfig config) => new()
    {
        Dataset = config.Dataset,
        Task = new() { Data = config.Task.Data, LabelDir = config.Task.LabelDir, Labels = [], SampleRate = config.Task.SampleRate },
    };

    private static HubertConfig WithoutLabels(TokenizerTrainingConfig config) => new()
    {
        Dataset = config.Dataset,
        Task = new() { Data = config.Task.Data ?? "", Labels = [], SampleRate = config.Task.SampleRate },
    };

    public string ManifestPath(string split) => Path.GetFullPath(Path.Combine(Data, $"{split}.tsv"));

    public string LabelPath(string split, string name) => Path.GetFullPath(Path.Combine(LabelDir, $"{split}.{name}"));
}
