using HubertSharp.Evaluation.Probe;
using HubertSharp.Evaluation.Quality;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.Runs.Reports;
using HubertSharp.Runs.RunFolders;
using HubertSharp.Runs.Stages;

namespace HubertSharp.Ranking;

/// <summary>
/// The layers of checkpoints, clustered, scored and probed, beside acoustic features and the network that they began with. Each checkpoint
/// is kept as soon as it is scored; only those that are not there are scored.
/// </summary>
internal sealed class CheckpointLayers(
    CheckpointEvaluationOptions options, LayerQualityOptions quality, KeptResults kept, Func<string, IProgress<StageProgress>>? progress,
    CancellationToken cancellation)
{
    private const string Rivals = "rivals";

    private readonly StageInputs _settings = new();
    private CheckpointProbe? _probe;

    /// <summary>Acoustic features first, then layer by layer the random weights and each checkpoint, by ascending update.</summary>
    public IReadOnlyList<WorthRow> Of(IReadOnlyList<(long Update, string Path)> checkpoints)
    {
        _probe = options.Probe ? CheckpointProbe.Create(quality, progress, options.Notice, cancellation) : null;
        var inputs = checkpoints.ToDictionary(c => c.Path, c => Inputs().Setting("model", ModelIdentity.Of(c.Path)),
            StringComparer.Ordinal);
        var ofRivals = Inputs().Setting("model", HubertSource.ArchitectureOf(new ModelSpec(checkpoints[^1].Path, [])));
        var (rivals, found) = Found(checkpoints, ofRivals, inputs);
        var missing = checkpoints.Where(c => found[c.Path] is null).ToList();
        if (missing.Count > 0 || rivals is null)
        {
            var models = missing.Count > 0 ? missing : [checkpoints[^1]];
            var updates = models.ToDictionary(c => c.Path, c => c.Update, StringComparer.Ordinal);
            LayerQuality.Run(quality with { Models = [.. models.Select(c => new ModelSpec(c.Path, options.Layers))] }, progress,
                (model, scored) =>
                {
                    var rows = scored.Select(row => Row(row, updates)).ToArray();
                    if (model is null)
                    {
                        rivals = _probe?.OfRivals(rows, models[0].Path) ?? rows;
                        Keep(Rivals, ofRivals, rivals);
                        return;
                    }
                    found[model.Path] = _probe?.Of(rows, model.Path) ?? rows;
                    Keep(NameOf(updates[model.Path]), inputs[model.Path], found[model.Path]!);
                }, cancellation);
        }
        return [.. rivals!, .. checkpoints.SelectMany(c => found[c.Path]!)];
    }

    // what the first process finds counts for all: to the others it is there, whatever it says
    private (WorthRow[]? Rivals, Dictionary<string, WorthRow[]?> Found) Found(
        IReadOnlyList<(long Update, string Path)> checkpoints, StageInputs ofRivals, Dictionary<string, StageInputs> inputs)
    {
        WorthRow[]?[] all = options.Replicas.Writes
            ? [kept.Find<WorthRow[]>(Rivals, ofRivals), .. checkpoints.Select(c => kept.Find<WorthRow[]>(NameOf(c.Update), inputs[c.Path]))]
            : [];
        var are = options.Replicas.Gather([.. all.Select(rows => rows is null ? (byte)0 : (byte)1)])[0];
        if (!options.Replicas.Writes)
            all = [.. are.Select(isThere => isThere == 0 ? null : (WorthRow[])[])];
        return (all[0], checkpoints.Select((c, i) => (c.Path, Rows: all[i + 1]))
            .ToDictionary(c => c.Path, c => c.Rows, StringComparer.Ordinal));
    }

    private void Keep(string name, StageInputs inputs, WorthRow[] rows)
    {
        if (options.Replicas.Writes)
            kept.Keep(name, inputs, rows);
    }

    private static string NameOf(long update) => CheckpointFiles.NameOf(update);

    /// <summary>What decides the figures of any model.</summary>
    private StageInputs Inputs()
    {
        if (_settings.Values.Count == 0)
        {
            foreach (var (name, path) in new[]
            {
                ("scored", quality.ManifestPath), ("fitted", quality.FitManifestPath), ("chosen", quality.ChooseManifestPath),
                ("reference", quality.ReferencePath),
            })
            {
                if (path is not null)
                    _settings.File(name, path);
            }
            _settings.Setting("layers", string.Join(',', options.Layers)).Setting("k-means", quality.KMeans).Setting("abx", quality.Abx)
                .Setting("digits", quality.RemoveDigits).Setting("mfcc", quality.Mfcc).Setting("fbank", quality.Fbank)
                .Setting("untrained", quality.Untrained).Setting("precision", quality.Precision).Setting("probe", _probe is not null);
        }
        var inputs = new StageInputs();
        foreach (var (name, value) in _settings.Values)
            inputs.Setting(name, value);
        return inputs;
    }

    /// <summary>0 without training; null for acoustic features.</summary>
    private static long? UpdateOf(FeatureSet features, Dictionary<string, long> updates) => features.Kind switch
    {
        "trained" => updates[features.Model!],
        "random" => 0,
        _ => null,
    };

    private static WorthRow Row(QualityRow row, Dictionary<string, long> updates) => new(
        row.Features!.Layer is { } layer ? $"layer {layer}" : row.Labels, UpdateOf(row.Features, updates), row.Features.Layer, row.Language,
        row.LabelRate)
    {
        Pnmi = row.Estimates.Pnmi,
        AbxWithin = row.AbxWithin,
        AbxAcross = row.AbxAcross,
        IsChosen = row.IsChosen,
        Differences = [.. row.Differences.Select(d => new WorthDifference(d.Figure, d.Than, d.Paired))],
    };
}
