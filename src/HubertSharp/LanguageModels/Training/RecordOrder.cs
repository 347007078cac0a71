namespace HubertSharp.LanguageModels.Training;

/// <summary>In which order records are sorted: by which word first, and so on.</summary>
/// <param name="Places">The places of the words.</param>
internal sealed record RecordOrder(int[] Places)
{
    /// <summary>
    /// By the last word, then the one before it: what ends alike lies together, and shorter n-grams come in the same order.
    /// </summary>
    public static RecordOrder Suffix(int words) => new([.. Enumerable.Range(0, words).Reverse()]);

    /// <summary>By the history, itself as above, then by the last word.</summary>
    public static RecordOrder Context(int words) => new([.. Enumerable.Range(0, words - 1).Reverse(), words - 1]);

    public int Compare(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        foreach (var place in Places)
        {
            if (a[place] != b[place])
                return a[place] < b[place] ? -1 : 1;
        }
        return 0;
    }

    /// <summary>Compares words in the order of <see cref="Suffix"/>.</summary>
    public static int CompareEnds(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        for (var i = a.Length - 1; i >= 0; i--)
        {
            if (a[i] != b[i])
                return a[i] < b[i] ? -1 : 1;
        }
        return 0;
    }
}
