using System.Text;
using HubertSharp.Clustering;
using HubertSharp.Distributed;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Quality;

/// <summary>
/// Scores one feature dump after the other alike: k-means fitted on one manifest, layers chosen on a second, figures measured on a third.
/// Keeps the dumps in a folder of its own meanwhile.
/// </summary>
internal sealed class LayerScoring : IDisposable
{
    private readonly LayerQualityOptions _options;
    private readonly Func<string, IProgress<StageProgress>>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<Manifest> _manifests;
    private readonly List<IReference> _references;
    private readonly LayerItems? _items;
    private readonly WorkFolder? _work; // the first process's
    private readonly string _folder;
    private readonly int _fit;
    private readonly int? _choose;

    /// <exception cref="UserException">A bad manifest or reference.</exception>
    public LayerScoring(LayerQualityOptions options, Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        (_options, _progress, _cancellation) = (options, progress, cancellation);
        string[] paths =
        [
            .. new[] { options.ManifestPath, options.FitManifestPath, options.ChooseManifestPath }.OfType<string>().Distinct(),
        ];
        Manifests = paths;
        _fit = Array.IndexOf(paths, options.FitManifestPath ?? options.ManifestPath);
        _choose = options.ChooseManifestPath is { } choose ? Array.IndexOf(paths, choose) : null;
        _manifests = [.. paths.Select(path => Manifest.Read(path, cancellation: cancellation))];
        _references = [.. _manifests.Select(manifest => References.Open(options.ReferencePath, manifest, options.RemoveDigits))];
        if (options.Abx is { } abx)
            _items = new LayerItems(options.ReferencePath, options.ManifestPath, _manifests[0], options.RemoveDigits, abx);
        var replicas = options.Replicas;
        _work = !replicas.Writes ? null
            : options.WorkFolder is { } chosen ? WorkFolder.In(chosen, "layers") : WorkFolder.Temporary("layers");
        _folder = Encoding.UTF8.GetString(replicas.Gather(Encoding.UTF8.GetBytes(_work?.FullName ?? ""))[0]);
    }

    /// <summary>Who shares the work.</summary>
    public Replicas Replicas => _options.Replicas;

    /// <summary>What has to be dumped: the scored manifest first.</summary>
    public IReadOnlyList<string> Manifests { get; }

    /// <summary>Where a dump of a manifest goes.</summary>
    public string FolderOf(int split, string name) => Path.Combine(_folder, $"{split}", name);

    /// <summary>Clusters and scores a dump, and takes it away.</summary>
    /// <param name="name">For tables.</param>
    /// <param name="kind"><c>mfcc</c>, <c>fbank</c>, <c>trained</c> or <c>random</c>.</param>
    /// <param name="model">The model's folder, or null.</param>
    /// <param name="layer">Its layer, or null.</param>
    /// <param name="folderOf">The dump of each manifest.</param>
    public IReadOnlyList<QualityRow> Score(string name, string kind, string? model, int? layer, Func<int, string> folderOf)
    {
        _options.Replicas.Gather([]); // the first process has written it
        FeatureSet set;
        KMeansModel clusters;
        using (var dump = Open(_fit, folderOf))
        {
            set = new FeatureSet(name, kind, model, layer, dump.Dimensions, dump.Description!.FrameRate);
            var fit = KMeansTrainer.Fit(dump, name, _options.KMeans, _progress?.Invoke($"k-means of {name}"), _cancellation);
            clusters = KMeansModel.From(fit, _options.KMeans, dump.Dimensions, dump.Description);
        }
        var rows = Quality(name, set, clusters, 0, folderOf);
        if (_choose is { } choose)
        {
            var choice = Quality(name, set, clusters, choose, folderOf);
            rows = [.. rows.Select(row => row with
            {
                // the only language of one manifest is "all" of another
                ChoicePnmi = (choice.FirstOrDefault(other => other.Language == row.Language) ?? choice[0]).Quality.Pnmi,
            })];
        }
        if (_items is not null)
            rows = _items.Score(rows, folderOf(0), _progress is null ? null : stage => _progress($"{stage} of {name}"), _cancellation);
        _options.Replicas.Gather([]); // all of them have read it
        for (var split = 0; split < (_work is null ? 0 : Manifests.Count); split++)
        {
            foreach (var file in Directory.EnumerateFiles(folderOf(split), $"{SplitOf(split)}_*"))
                _work?.Delete(file);
        }
        return rows;
    }

    /// <summary>The same with one of so many frames of a dump, which stays.</summary>
    public IReadOnlyList<QualityRow> ScoreThinned(string name, string kind, int every)
    {
        for (var split = 0; split < (_work is null ? 0 : Manifests.Count); split++)
            FrameThinning.Write(FolderOf(split, kind), SplitOf(split), FolderOf(split, $"{kind}-{every}"), every, _cancellation);
        return Score(name, kind, null, null, split => FolderOf(split, $"{kind}-{every}"));
    }

    public void Dispose() => _work?.Dispose();

    private string SplitOf(int split) => Path.GetFileNameWithoutExtension(Manifests[split]);

    private FeatureDumpReader Open(int split, Func<int, string> folderOf) => FeatureDumpReader.Open(folderOf(split), SplitOf(split));

    private IReadOnlyList<QualityRow> Quality(string name, FeatureSet set, KMeansModel model, int split, Func<int, string> folderOf)
    {
        using var dump = Open(split, folderOf);
        var clusters = new FrameLabels();
        int[] ids = [.. Enumerable.Range(0, model.Clusters).Select(k => clusters.IdOf($"{k}"))];
        var labels = new KMeansScan(model, threads: 0, _options.Replicas).Labels(dump, progress: null, _cancellation).Labels;
        for (var i = 0; i < dump.Utterances; i++)
            clusters.Set(UtteranceIndex.NameOf(_manifests[split].Entries[i].RelativePath),
                Array.ConvertAll(labels[(int)dump.StartOf(i)..(int)dump.StartOf(i + 1)], k => ids[k]));
        return [.. QualityScores.Score(name, clusters, set.FrameRate, _references[split], _manifests[split])
            .Select(row => row with { Features = set })];
    }
}
