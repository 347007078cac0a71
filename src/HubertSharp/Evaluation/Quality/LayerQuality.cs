using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Resampling;
using HubertSharp.Features.Acoustic;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Models.Frames;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Quality;

/// <summary>
/// What each layer is worth: clustered by the same k-means and scored against a reference, its minimal pairs scored as they are, beside
/// acoustic features over the same frames and the same model without training.
/// </summary>
public static class LayerQuality
{
    private const string MfccName = "mfcc", FbankName = "fbank";
    private const ulong UntrainedSeed = 1337;

    /// <summary>The rows of the acoustic features, of every layer, and of the untrained layers.</summary>
    /// <param name="options">What to cluster.</param>
    /// <param name="progress">Gives the progress of a stage, by its name.</param>
    /// <param name="cancellation">Ends between two steps; nothing stays behind.</param>
    /// <exception cref="UserException">Bad input, fewer frames than clusters, or a full disk.</exception>
    public static IReadOnlyList<QualityRow> Run(
        LayerQualityOptions options, Func<string, IProgress<StageProgress>>? progress = null, CancellationToken cancellation = default) =>
        Run(options, progress, (_, _) => { }, cancellation);

    /// <summary>
    /// The same; <paramref name="scored"/> is given the rows of each model as soon as they are there, those of the acoustic features and
    /// the untrained layers first, under null.
    /// </summary>
    internal static IReadOnlyList<QualityRow> Run(
        LayerQualityOptions options, Func<string, IProgress<StageProgress>>? progress,
        Action<ModelSpec?, IReadOnlyList<QualityRow>> scored, CancellationToken cancellation)
    {
        options.KMeans.Check();
        options = options with
        {
            KMeans = options.KMeans with { Replicas = options.Replicas },
            Abx = options.Abx is { } abx ? abx with { Replicas = options.Replicas } : null,
        };
        var models = options.Models.Select(WithLayers).ToList(); // every checkpoint is looked at before anything long starts
        using var work = new LayerScoring(options, progress, cancellation);
        List<QualityRow> acoustic = [], untrained = [], trained = [];
        double[] rates = [.. models.Select(FrameRateOf).Distinct()];
        if (options.Mfcc)
            acoustic.AddRange(Acoustic(work, MfccName, AcousticSettings.Mfcc, rates, progress, cancellation));
        if (options.Fbank)
            acoustic.AddRange(Acoustic(work, FbankName, AcousticSettings.Fbank, rates, progress, cancellation));
        foreach (var model in options.Untrained ? models.GroupBy(HubertSource.ArchitectureOf) : [])
        {
            int[] layers = [.. model.SelectMany(m => m.Layers).Distinct().Order()];
            untrained.AddRange(Layers(work, options, model.First() with { Layers = layers }, UntrainedSeed, progress, cancellation));
        }
        scored(null, [.. acoustic, .. untrained]);
        foreach (var model in models)
        {
            List<QualityRow> rows = [.. Layers(work, options, model, seed: null, progress, cancellation)];
            var chosen = Chosen(rows);
            trained.AddRange(rows.Select(row => row with
            {
                IsChosen = row.Labels == chosen,
                Differences = [.. acoustic.Concat(untrained.Where(other => other.Features!.Layer == row.Features!.Layer))
                    .Where(other => other.Language == row.Language).SelectMany(other => Less(row, other))],
            }));
            scored(model, trained[^rows.Count..]);
        }
        return [.. acoustic, .. trained, .. untrained];
    }

    private static IEnumerable<QualityRow> Layers(
        LayerScoring work, LayerQualityOptions options, ModelSpec model, ulong? seed, Func<string, IProgress<StageProgress>>? progress,
        CancellationToken cancellation)
    {
        var (name, kind) = seed is null ? (model.Path.TrimEnd('/'), "trained") : ("random weights", "random");
        for (var split = 0; split < work.Manifests.Count; split++)
        {
            HubertDump.Run(new HubertDumpOptions
            {
                ManifestPath = work.Manifests[split],
                OutputFolder = work.FolderOf(split, "model"),
                ModelPath = model.Path,
                Layers = model.Layers,
                UntrainedSeed = seed,
                Precision = options.Precision,
                Device = options.Device,
                Replicas = options.Replicas,
            }, progress?.Invoke(name), cancellation);
        }
        foreach (var layer in model.Layers)
        {
            var rows = work.Score($"{name} layer {layer}", kind, model.Path, layer,
                split => HubertDump.FolderOf(work.FolderOf(split, "model"), model.Layers, layer));
            foreach (var row in rows)
                yield return row;
        }
    }

    /// <summary>Acoustic features at their own rate, and at that of each model, so that the frames are the same.</summary>
    private static List<QualityRow> Acoustic(
        LayerScoring work, string name, AcousticSettings settings, double[] rates,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        for (var split = 0; split < work.Manifests.Count; split++)
            AcousticDump.Run(new AcousticDumpOptions
            {
                ManifestPath = work.Manifests[split],
                OutputFolder = work.FolderOf(split, name),
                Settings = settings,
                Replicas = work.Replicas,
            }, progress?.Invoke(name), cancellation);
        List<QualityRow> rows = [];
        foreach (var every in rates.Select(rate => settings.Description.FrameRate / rate).Where(n => n >= 2 && n == Math.Round(n)))
            rows.AddRange(work.ScoreThinned($"{name} at {settings.Description.FrameRate / every:0.##} Hz", name, (int)every));
        return [.. work.Score(name, name, null, null, split => work.FolderOf(split, name)), .. rows];
    }

    /// <summary>The layer of a model that has the highest PNMI where layers are chosen, over all languages; null where none are.</summary>
    private static string? Chosen(IReadOnlyList<QualityRow> model) =>
        model.Where(row => row.ChoicePnmi is not null).GroupBy(row => row.Labels).MaxBy(layer => layer.First().ChoicePnmi)?.Key;

    private static double FrameRateOf(ModelSpec model)
    {
        var description = ModelReader.Describe(model.Path);
        double rate = description.Task.SampleRate;
        return rate / new FrameAlignment(description.Model, 1, rate).StrideSamples;
    }

    // clusters at another rate are of other frames
    private static IEnumerable<FigureDifference> Less(QualityRow row, QualityRow other) =>
        (row.LabelRate == other.LabelRate ? row.Figures!.Less(other.Figures!, other.Labels) : [])
        .Concat(row.Abx.Where(figure => other.Abx.ContainsKey(figure.Key))
            .Select(figure => new FigureDifference(figure.Key, other.Labels, figure.Value.Less(other.Abx[figure.Key]))));

    private static ModelSpec WithLayers(ModelSpec model)
    {
        var description = ModelReader.Describe(model.Path);
        var deepest = description.Model.EncoderLayers;
        return model.Layers.FirstOrDefault(layer => layer > deepest) is > 0 and var wrong
            ? throw HubertFeatureFaults.NoSuchLayer(model.Path, wrong, deepest)
            : model.Layers.Count > 0 ? model : model with { Layers = [.. Enumerable.Range(1, deepest)] };
    }
}
