using HubertSharp.Evaluation.Abx;
using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Quality;

/// <summary>The ABX items of a manifest's utterances, language by language: what is scored of one layer is scored of all.</summary>
internal sealed class LayerItems
{
    private readonly string _referencePath;
    private readonly string _manifestPath;
    private readonly AbxOptions _options;
    private readonly List<(string? Language, IReadOnlyList<AbxItem> Items)> _items = [];

    /// <summary>
    /// Segments between the same neighbours where there are such of two speakers or of one; else segments alone, as of syllables, which
    /// seldom stand in the same place twice.
    /// </summary>
    /// <exception cref="UserException">A reference without times, or nothing in common with the manifest.</exception>
    public LayerItems(string referencePath, string manifestPath, Manifest manifest, bool removeDigits, AbxOptions options)
    {
        (_referencePath, _manifestPath, _options) = (referencePath, manifestPath, options);
        var alignment = AlignmentFormats.Read(referencePath);
        foreach (var language in manifest.Entries.Select(e => e.Language).Distinct())
        {
            var part = new Manifest(manifest.Root, [.. manifest.Entries.Where(e => e.Language == language)]);
            var named = UtteranceIndex.Named(alignment, part);
            var items = new[] { ItemContext.Triphone, ItemContext.None }
                .Select(context => ItemMaker.Make(named, context, removeDigits).ToList())
                .FirstOrDefault(made => new AbxGroups(made, options) is var groups
                    && (groups.Across(options.MaxXAcross, options.Seed).Count > 0 || groups.Within().Count > 0));
            if (items is not null)
                _items.Add((language, items));
        }
    }

    /// <summary>Adds the ABX errors of a dump to its rows: to that of each language, or to the only one.</summary>
    /// <exception cref="UserException">Features that cannot be read.</exception>
    public IReadOnlyList<QualityRow> Score(IReadOnlyList<QualityRow> rows, string folder,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation) =>
        Score(rows, () => new FrameDump(folder, _manifestPath), progress, cancellation);

    /// <summary>The same of frames of any kind.</summary>
    /// <exception cref="UserException">Features that cannot be read.</exception>
    public IReadOnlyList<QualityRow> Score(IReadOnlyList<QualityRow> rows, Func<IFrameSource> open,
        Func<string, IProgress<StageProgress>>? progress, CancellationToken cancellation)
    {
        var scored = rows.ToList();
        foreach (var (language, items) in _items)
        {
            var at = rows.Count == 1 ? 0 : scored.FindIndex(row => row.Language == language && language is not null);
            if (at < 0)
                continue;
            using var source = open();
            var scores = AbxMeasurement.Of(items, _referencePath, source, null, _options, needsAll: false, progress, cancellation).Scores;
            var figures = scores.ToDictionary(s => s.Mode == "within" ? Figure.AbxWithin : Figure.AbxAcross, s => s.Figure);
            scored[at] = scored[at] with
            {
                Abx = figures,
                AbxWithin = figures.GetValueOrDefault(Figure.AbxWithin)?.Estimate(),
                AbxAcross = figures.GetValueOrDefault(Figure.AbxAcross)?.Estimate(),
            };
        }
        return scored;
    }
}
