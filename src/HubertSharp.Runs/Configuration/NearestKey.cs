namespace HubertSharp.Runs.Configuration;

/// <summary>Finds the known key that a misspelt one most likely stands for.</summary>
public static class NearestKey
{
    /// <summary>
    /// The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours); the last part of a dotted key
    /// counts alone too, so that <c>dropout</c> or <c>task.dropout</c> find <c>model.dropout</c>. Null without candidates.
    /// </summary>
    public static string? Of(string key, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(candidates);
        var asked = key.Length <= 80 ? key : key[..80];
        return candidates.MinBy(c => (Math.Min(Distance(asked, c), Distance(Last(asked), Last(c)) + 1.5), c));
    }

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..];

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
