namespace HubertSharp.Runs.Configuration;

/// <summary>
/// Finds the known name that a misspelt one most likely stands for: a key of a configuration, an option or verb of the command line,
/// a stage. The only place that decides what is near enough to be suggested.
/// </summary>
public static class NearestKey
{
    private const int MostCompared = 80; // characters
    private const int ShortName = 3; // characters; there two edits make any name of any other
    private const int MostEdits = 3; // beyond that a long name is another word
    private const int MostOfOtherGroup = 1; // edits; the right group with the wrong name is meant sooner than the reverse

    /// <summary>
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours; letter case ignored). A dotted key is
    /// sought in its own group first; then its last part counts alone, so that <c>dropout</c> or <c>task.dropout</c> find
    /// <c>model.dropout</c>. Null where none is near enough to be meant.
    /// </summary>
    public static string? Of(string key, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(candidates);
        var asked = Folded(key.Length <= MostCompared ? key : key[..MostCompared]);
        return candidates.Select(name => (Name: name, Rank: Rank(asked, Folded(name)))).Where(c => c.Rank is not null)
            .OrderBy(c => c.Rank).ThenBy(c => IsCopy(c.Name)).ThenBy(c => c.Name, StringComparer.Ordinal).FirstOrDefault().Name;
    }

    // "lr" and "max_update" of the schedule follow those of the optimization, where they are set
    private static bool IsCopy(string name) => name.StartsWith("lr_scheduler.", StringComparison.Ordinal);

    // null where it is too far to be meant; the group before the edits
    private static (int OtherGroup, int Edits)? Rank(string asked, string known)
    {
        var (group, edits) = (Distance(Group(asked), Group(known)), Distance(Last(asked), Last(known)));
        if (group <= Most(Group(asked)))
            return edits <= Most(Last(asked)) ? (0, group + edits) : null;
        return edits <= (Group(asked).Length == 0 ? Most(Last(asked)) : MostOfOtherGroup) ? (1, edits) : null;
    }

    private static int Most(string name) => name.Length switch
    {
        0 => 0,
        <= ShortName => 1,
        _ => Math.Clamp(name.Length / 4, 2, MostEdits),
    };

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..];

    private static string Group(string key) => key[..Math.Max(0, key.LastIndexOf('.'))];

    private static string Folded(string name) => name.ToLowerInvariant();

    /// <summary>Optimal string alignment distance.</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
