using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Words;

/// <summary>
/// Word, character and mixed error rates of hypotheses against references, with bootstrap intervals over utterances and over speakers
/// (Bisani and Ney 2004), and the paired comparison of two systems.
/// </summary>
public static class WordScoring
{
    /// <summary>Scores one system, or two over the same texts.</summary>
    /// <param name="options">What to score.</param>
    /// <param name="progress">Told of the texts of each system.</param>
    /// <param name="cancellation">Ends between two texts.</param>
    /// <exception cref="UserException">Bad files, or names that do not match.</exception>
    public static WordReport Run(
        WordScoringOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] paths = [options.ReferencePath, options.HypothesisPath, .. options.AgainstPath is { } other ? new[] { other } : []];
        TranscriptFile[] read =
        [
            .. paths.Select((path, i) => TranscriptFile.Read(path, options.Format, i == 0
                ? new TranscriptColumns(options.ReferenceColumn, options.GroupColumn)
                : new TranscriptColumns(options.HypothesisColumn ?? options.ReferenceColumn), cancellation)),
        ];
        if (options.ManifestPath is { } manifest)
            read[0] = read[0].Of(Manifest.Read(manifest, cancellation: cancellation), manifest);
        var files = TranscriptPairs.Named(read);
        var (measures, groups) = (WordMeasure.Of(options), ScoreGroups.Of(files[0], options));
        var speakers = Speakers(files[0], options, cancellation);
        var count = new StageCounter(progress, (long)files[0].Rows.Count * (files.Length - 1), "texts");
        var systems = files.Skip(1).Select(file =>
        {
            var hypotheses = TranscriptPairs.Match(files[0], file, options.Partial);
            return Texts(files[0], speakers, groups, hypotheses, measures, count, cancellation);
        }).ToArray();
        if (measures.All((_, m) => systems[0].Sum(t => t.Counts[m].ReferenceTokens) == 0))
            throw WordFaults.NoTokens(options.ReferencePath);
        string?[] parts = [null, .. groups.Names];
        return new WordReport(
            options.Mode,
            options.Mode == ScoringMode.Mixed ? options.Normalisation.ToString()
                : options.IgnoresCase ? "case ignored"
                : "texts as they are",
            options.ReferencePath, files[0].Format,
            [
                .. parts.SelectMany(part => systems.Select((texts, s) => Scores(paths[s + 1], part, texts, measures, options.Seed))),
            ],
            systems is [var first, var second]
                ? [.. parts.SelectMany(part => measures.Select((m, i) => Difference(m.Name, part, i, first, second, options.Seed)))]
                : [],
            options.WithAlignments
                ? [.. systems.SelectMany((texts, s) => texts.Select(t => Aligned(paths[s + 1], t, measures[0])))]
                : []);
    }

    private static bool All<T>(this IReadOnlyList<T> items, Func<T, int, bool> isSo) => items.Select(isSo).All(so => so);

    private static ScoredText[] Texts(
        TranscriptFile reference, string?[] speakers, ScoreGroups groups, string?[] hypotheses, IReadOnlyList<WordMeasure> measures,
        StageCounter count, CancellationToken cancellation)
    {
        var texts = new ScoredText[hypotheses.Length];
        Parallel.For(0, texts.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var row = reference.Rows[i];
            texts[i] = new ScoredText(row.Name ?? $"line {row.Line}", speakers[i], groups.OfTexts[i], row.Text, hypotheses[i],
                [.. measures.Select(m => m.Count(row.Text, hypotheses[i] ?? ""))]);
            count.Add();
        });
        return texts;
    }

    private static WordScores Scores(string path, string? group, ScoredText[] all, IReadOnlyList<WordMeasure> measures, long seed)
    {
        var texts = InGroup(all, group);
        return new WordScores(path, group, texts.Length, texts.Count(t => t.Counts[0].ReferenceTokens == 0),
            texts.Count(t => t.Hypothesis is null),
            [
                .. measures.Select((measure, m) =>
                {
                    var counts = texts.Aggregate(default(EditCounts), (sum, t) => sum + t.Counts[m]);
                    return new WordFigure(measure.Name,
                        Figure(texts, m).Estimate(seed, most: double.MaxValue) with { Value = counts.Rate }, counts,
                        texts.Count(t => t.Counts[m].Errors > 0));
                }),
            ]);
    }

    private static WordDifference Difference(string name, string? group, int measure, ScoredText[] first, ScoredText[] second, long seed)
    {
        var (mine, theirs) = (Figure(InGroup(first, group), measure), Figure(InGroup(second, group), measure));
        return new WordDifference(name, group, mine.Less(theirs, seed),
            [
                .. mine.DrawnWith(theirs, seed).Select(d =>
                    new WordImprovement(d.Over, Bootstrap.ShareBelow(d.Mine, d.Theirs), Bootstrap.ShareEqual(d.Mine, d.Theirs))),
            ]);
    }

    private static ScoredText[] InGroup(ScoredText[] texts, string? group) =>
        group is null ? texts : [.. texts.Where(t => t.Groups.Contains(group))];

    private static ResampledFigure Figure(ScoredText[] texts, int measure) => ResampledFigure.Quotient(
        [.. texts.Select(t => (t.Name, t.Speaker, (double)t.Counts[measure].Errors, (double)t.Counts[measure].ReferenceTokens))]);

    private static AlignedText Aligned(string path, ScoredText text, WordMeasure measure)
    {
        var operations = measure.Align(text.Reference, text.Hypothesis ?? "", out var reference, out var hypothesis);
        var (i, j) = (0, 0);
        return new AlignedText(text.Name, path, text.Counts[0],
            [
                .. operations.Select(o => new AlignedToken(
                    o == EditOperation.Insertion ? null : reference[i++], o == EditOperation.Deletion ? null : hypothesis[j++])),
            ]);
    }

    private static string?[] Speakers(TranscriptFile reference, WordScoringOptions options, CancellationToken cancellation)
    {
        if (options.SpeakersPath is { } path)
        {
            var speakers = TranscriptFile.Read(path, TranscriptLayout.Kaldi, new TranscriptColumns(), cancellation).Rows
                .GroupBy(r => r.Name!).ToDictionary(g => g.Key, g => g.First().Text.Trim(), StringComparer.Ordinal);
            return
            [
                .. reference.Rows.Select(r => speakers.GetValueOrDefault(r.Name ?? "") ?? throw WordFaults.NoSpeaker(path, r.Name
                    ?? $"line {r.Line}")),
            ];
        }
        return options.SpeakerSeparators is { Length: > 0 } separators
            ? [.. reference.Rows.Select(r => r.Name?.Split(separators.ToCharArray(), 2)[0])]
            : [.. reference.Rows.Select(r => r.Speaker)];
    }

    /// <summary>One text with its counts by each measure.</summary>
    private sealed record ScoredText(
        string Name, string? Speaker, string[] Groups, string Reference, string? Hypothesis, EditCounts[] Counts);
}
