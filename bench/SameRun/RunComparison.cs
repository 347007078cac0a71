namespace HubertSharp.Bench.SameRun;

/// <summary>
/// Two folders of trainings side by side: a row per training, a column per kind of thing, and below where the first differences are.
/// </summary>
internal static class RunComparison
{
    private const int ShownPerCell = 3;
    private const int ShownCharacters = 200;

    /// <summary>Prints the table.</summary>
    /// <returns>Whether everything is the same, and something was there to compare.</returns>
    public static bool Print(string before, string after, IReadOnlyList<Training> trainings, TextWriter writer)
    {
        var nameWidth = trainings.Max(t => t.Name.Length);
        var differences = new List<string>();
        writer.WriteLine(
            $"{"training".PadRight(nameWidth)}  {string.Join("  ", RunContent.Aspects.Select(a => a.PadRight(12)))}".TrimEnd());
        foreach (var training in trainings)
        {
            var cells = training.LeftOut is { } why ? [$"left out: {why}"] : Cells(training, before, after, differences);
            writer.WriteLine($"{training.Name.PadRight(nameWidth)}  {string.Join("  ", cells.Select(c => c.PadRight(12)))}".TrimEnd());
        }
        foreach (var difference in differences)
            writer.WriteLine(difference);
        writer.WriteLine(differences.Count == 0 ? "everything is identical" : "NOT identical");
        return differences.Count == 0;
    }

    private static List<string> Cells(Training training, string before, string after, List<string> differences)
    {
        var (old, now) = (new RunContent(TrainingRunner.Folder(before, training), before).Items,
            new RunContent(TrainingRunner.Folder(after, training), after).Items);
        var cells = new List<string>();
        foreach (var aspect in RunContent.Aspects)
        {
            var (expected, found) = (old[aspect].ToList(), now[aspect].ToList());
            var different = Different(expected, found).ToList();
            // two runs that both failed before their first update are alike, and prove nothing
            if (aspect == RunContent.Metrics && expected.Count == 0 && found.Count == 0)
                different.Add($"nothing was trained, on either side: {string.Join("; ", now[RunContent.Outcome].Select(i => i.Value))}");
            differences.AddRange(different.Take(ShownPerCell).Select(d => $"  {training.Name}, {aspect}: {d}"));
            cells.Add(different.Count > 0 ? $"{different.Count} DIFFER" : expected.Count == 0 ? "none" : $"= {expected.Count}");
        }
        return cells;
    }

    private static IEnumerable<string> Different(List<RunItem> expected, List<RunItem> found)
    {
        var (old, now) = (ByPlace(expected), ByPlace(found));
        foreach (var item in old.Keys.Union(now.Keys))
        {
            var (was, isNow) = (old.GetValueOrDefault(item, "(missing)"), now.GetValueOrDefault(item, "(missing)"));
            if (was != isNow)
                yield return $"{item}: {Short(was)} -> {Short(isNow)}";
        }
        if (old.Keys.SequenceEqual(now.Keys, StringComparer.Ordinal) || !old.Keys.ToHashSet().SetEquals(now.Keys))
            yield break;
        yield return "the same keys in another order";
    }

    // a key that stands twice in one object keeps both values
    private static OrderedDictionary<string, string> ByPlace(List<RunItem> items)
    {
        var places = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (place, value) in items)
            places[place] = places.TryGetValue(place, out var earlier) ? $"{earlier} | {value}" : value;
        return places;
    }

    private static string Short(string value) => value.Length <= ShownCharacters ? value : $"{value[..ShownCharacters]}...";
}
