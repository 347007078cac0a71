using HubertSharp.Clustering;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Evaluation.Probe;
using HubertSharp.Features;
using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Quality;

/// <summary>
/// Which layer would make the best labels: each is dumped, clustered by the same k-means, and scored against a reference.
/// </summary>
public static class LayerQuality
{
    private const string MfccFolder = "mfcc";

    /// <summary>The rows of MFCC, if asked for, and of every layer.</summary>
    /// <param name="options">What to cluster.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two steps; nothing stays behind.</param>
    /// <exception cref="UserException">Bad input, fewer frames than clusters, or a full disk.</exception>
    public static IReadOnlyList<QualityRow> Run(
        LayerQualityOptions options, Func<string, IProgress<StageProgress>>? progress = null, CancellationToken cancellation = default)
    {
        options.KMeans.Check();
        var manifest = Manifest.Read(options.ManifestPath, cancellation: cancellation);
        var reference = References.Open(options.ReferencePath, manifest, options.RemoveDigits);
        var models = options.Models.Select(WithLayers).ToList(); // every checkpoint is looked at before anything long starts
        using var work = options.WorkFolder is { } chosen ? WorkFolder.In(chosen, "layers") : WorkFolder.Temporary("layers");
        var folder = work.FullName;
        var rows = new List<QualityRow>();
        if (options.Mfcc)
        {
            AcousticDump.Run(
                new AcousticDumpOptions { ManifestPath = options.ManifestPath, OutputFolder = Path.Combine(folder, MfccFolder) },
                progress?.Invoke(MfccFolder), cancellation);
            rows.AddRange(Score(Path.Combine(folder, MfccFolder), MfccFolder, null, null));
        }
        foreach (var model in models)
        {
            HubertDump.Run(new HubertDumpOptions
            {
                ManifestPath = options.ManifestPath,
                OutputFolder = folder,
                ModelPath = model.Path,
                Layers = model.Layers,
                Precision = options.Precision,
            }, progress?.Invoke(model.Path), cancellation);
            foreach (var layer in model.Layers)
                rows.AddRange(Score(HubertDump.FolderOf(folder, model.Layers, layer), $"{model.Path.TrimEnd('/')} layer {layer}",
                    model.Path, layer));
        }
        return rows;

        IReadOnlyList<QualityRow> Score(string features, string name, string? model, int? layer)
        {
            var split = Path.GetFileNameWithoutExtension(options.ManifestPath);
            FrameLabels clusters;
            FeatureSet set;
            using (var dump = FeatureDumpReader.Open(features, split))
            {
                set = new FeatureSet(name, model is null ? "mfcc" : "trained", model, layer, dump.Dimensions, dump.Description!.FrameRate);
                var fit = KMeansTrainer.Fit(dump, name, options.KMeans, progress?.Invoke($"k-means of {name}"), cancellation);
                clusters = Label(dump, KMeansModel.From(fit, options.KMeans, dump.Dimensions, dump.Description), manifest, cancellation);
            }
            foreach (var file in Directory.EnumerateFiles(features, $"{split}_*"))
                work.Delete(file);
            return [.. QualityScores.Score(name, clusters, set.FrameRate, reference, manifest).Select(row => row with { Features = set })];
        }
    }

    private static FrameLabels Label(FeatureDumpReader dump, KMeansModel model, Manifest manifest, CancellationToken cancellation)
    {
        var clusters = new FrameLabels();
        int[] ids = [.. Enumerable.Range(0, model.Clusters).Select(k => clusters.IdOf($"{k}"))];
        using var labeller = new KMeansLabeller(model, cancellation: cancellation);
        for (var i = 0; i < dump.Utterances; i++)
            clusters.Set(UtteranceIndex.NameOf(manifest.Entries[i].RelativePath),
                Array.ConvertAll(labeller.Assign(dump.ReadUtterance(i)), k => ids[k]));
        return clusters;
    }

    private static ModelSpec WithLayers(ModelSpec model)
    {
        var description = ModelReader.Describe(model.Path);
        var deepest = description.Model.EncoderLayers;
        return model.Layers.FirstOrDefault(layer => layer > deepest) is > 0 and var wrong
            ? throw HubertFeatureFaults.NoSuchLayer(model.Path, wrong, deepest)
            : model.Layers.Count > 0 ? model : model with { Layers = [.. Enumerable.Range(1, deepest)] };
    }
}
