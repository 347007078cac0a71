using System.Text;
using HubertSharp.Runs;
using HubertSharp.Runs.Languages;

namespace HubertSharp.Evaluation.Words;

/// <summary>The parts of a table of error rates, and which texts belong to which.</summary>
/// <param name="Names">The parts in their order; none where the table is not parted.</param>
/// <param name="OfTexts">The parts of each text.</param>
internal sealed record ScoreGroups(IReadOnlyList<string> Names, string[][] OfTexts)
{
    /// <summary>The parts of some references.</summary>
    /// <exception cref="UserException">Languages are asked for, and none is known.</exception>
    public static ScoreGroups Of(TranscriptFile references, WordScoringOptions options)
    {
        var languages = references.Rows.Select(r => r.Group).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        if (options.By == ScoreParts.Language && languages.Count == 0)
            throw WordFaults.NoLanguages(options.ReferencePath);
        var areNamed = options.GroupColumn is not null || options.By == ScoreParts.Language;
        if (options.By != ScoreParts.Script && (areNamed || languages.Count > 1))
            return ByLanguage(references, languages, withSwitched: options.GroupColumn is null && options.Mode == ScoringMode.Mixed);
        var groups = Sorted([.. references.Rows.Select(r => ScriptOf(r.Text) is { } script ? [script] : Array.Empty<string>())]);
        return options.By == ScoreParts.Script || (options.Mode == ScoringMode.Mixed && groups.Names.Count > 1)
            ? groups
            : groups with { Names = [] };
    }

    // an utterance that holds two scripts is counted with its language, and once more with those of its kind
    private static ScoreGroups ByLanguage(TranscriptFile references, List<string> languages, bool withSwitched)
    {
        var switched = TextScripts.NameOf(TextScript.CodeSwitched);
        string[][] groups =
        [
            .. references.Rows.Select(r => (string[])[
                .. r.Group is { } language ? [language] : Array.Empty<string>(),
                .. withSwitched && r.Group != switched && ScriptOf(r.Text) == switched ? [switched] : Array.Empty<string>()]),
        ];
        return groups.Any(g => g.Contains(switched)) && !languages.Contains(switched)
            ? new ScoreGroups([.. languages, switched], groups)
            : new ScoreGroups(languages, groups);
    }

    private static ScoreGroups Sorted(string[][] groups) => new(
        [
            .. Enum.GetValues<TextScript>().Order().Select(TextScripts.NameOf).Where(name => groups.Any(g => g.Contains(name)))
                .OrderBy(name => name == TextScripts.NameOf(TextScript.Other)),
        ], groups);

    // a text without letters is no example of another script
    private static string? ScriptOf(string text) => TextScripts.Of(text) is var script && script == TextScript.Other
        && !text.EnumerateRunes().Any(Rune.IsLetter) ? null : TextScripts.NameOf(script);
}
