namespace HubertSharp.Runs.Transcripts;

/// <summary>The fewest insertions, deletions and substitutions that make one sequence of tokens another.</summary>
public static class EditDistance
{
    public static int Of<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : IEquatable<T>
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < b.Length; j++)
            {
                var substituted = diagonal + (a[i].Equals(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substituted, Math.Min(diagonal, row[j]) + 1);
            }
        }
        return row[^1];
    }
}
