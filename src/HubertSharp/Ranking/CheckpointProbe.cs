using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Ranking;

/// <summary>The linear probe on held-out recordings, on the one layer of each checkpoint that the curve of worth shows.</summary>
internal sealed class CheckpointProbe
{
    private const string Mfcc = "mfcc", Random = "random", Trained = "trained";

    private readonly ProbeRunOptions _options;
    private readonly Func<string, IProgress<StageProgress>>? _progress;
    private readonly CancellationToken _cancellation;

    private CheckpointProbe(
        ProbeRunOptions options, Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation) =>
        (_options, _progress, _cancellation) = (options, progress, cancellation);

    /// <summary>Null, with a notice, where the reference has too little to learn from.</summary>
    public static CheckpointProbe? Create(LayerQualityOptions quality, Func<string, IProgress<StageProgress>>? progress,
        Action<string>? notice, CancellationToken cancellation)
    {
        var options = new ProbeRunOptions
        {
            ManifestPaths =
            [
                .. new[] { quality.FitManifestPath, quality.ChooseManifestPath, quality.ManifestPath }.OfType<string>().Distinct(),
            ],
            TestManifestPaths = [quality.ManifestPath],
            ReferencePath = quality.ReferencePath,
            RemoveDigits = quality.RemoveDigits,
            Precision = quality.Precision,
            Mfcc = false,
            HeldOut = [HeldOut.Recording],
            Replicas = quality.Replicas,
        };
        try
        {
            ProbeFolds.Create(ProbeData.Read(options).Examples, options.Probe with { HeldOut = HeldOut.Recording });
        }
        catch (UserException e)
        {
            notice?.Invoke($"the probe is left out: {e.Message}");
            return null;
        }
        return new CheckpointProbe(options, progress, cancellation);
    }

    /// <summary>The rows of one checkpoint with the probe on the layer that stands for it.</summary>
    public WorthRow[] Of(WorthRow[] rows, string model) => Shown(rows) is { Layer: { } layer }
        ? With(rows, layer, Run([new ModelSpec(model, [layer])], acoustic: false).First(r => r.Features.Kind == Trained))
        : rows;

    /// <summary>The same for the acoustic features and the network without training, whose sizes a checkpoint tells.</summary>
    public WorthRow[] OfRivals(WorthRow[] rows, string model)
    {
        if (Shown(rows) is not { Layer: { } layer })
            return rows;
        var results = Run([new ModelSpec(model, [layer])], acoustic: true);
        var probed = With(rows, layer, results.First(r => r.Features.Kind == Random));
        return With(probed, null, results.First(r => r.Features.Kind == Mfcc));
    }

    private IReadOnlyList<ProbeResult> Run(IReadOnlyList<ModelSpec> models, bool acoustic) =>
        ProbeRun.Run(_options with { Models = models, Mfcc = acoustic, Untrained = acoustic }, _progress?.Invoke("probe"), _cancellation);

    /// <summary>The layer that the curve shows, over all languages.</summary>
    private static WorthRow? Shown(WorthRow[] rows)
    {
        var layers = rows.Where(row => row.Layer is not null && IsOfAll(rows, row)).ToList();
        return layers.FirstOrDefault(row => row.IsChosen) ?? layers.MaxBy(row => row.Pnmi?.Value ?? double.MinValue);
    }

    // the first row of acoustic features is of all their frames; the others are thinned
    private static WorthRow[] With(WorthRow[] rows, int? layer, ProbeResult result)
    {
        var place = Array.FindIndex(rows, row => row.Layer == layer && IsOfAll(rows, row) && (layer is not null || row.Features == Mfcc));
        return [.. rows.Select((row, i) => i == place ? row with { Probe = new Estimate(result.Accuracy, result.Intervals) } : row)];
    }

    /// <summary>The probe knows no languages.</summary>
    private static bool IsOfAll(WorthRow[] rows, WorthRow row) =>
        row.Language is null || rows.All(other => other.Language == row.Language);
}
