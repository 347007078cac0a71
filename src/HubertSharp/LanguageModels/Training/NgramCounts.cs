namespace HubertSharp.LanguageModels.Training;

/// <summary>How many n-grams of one order there are.</summary>
internal sealed class NgramCounts
{
    private readonly long[] _byCount = new long[4];

    /// <summary>All of them.</summary>
    public long Total { get; private set; }

    /// <summary>Those that pruning leaves.</summary>
    public long Kept { get; private set; }

    /// <summary>Those counted once, twice, three and four times.</summary>
    public ReadOnlySpan<long> ByCount => _byCount;

    public void Add(ulong adjusted, bool isPruned)
    {
        Total++;
        Kept += isPruned ? 0 : 1;
        if (adjusted is >= 1 and <= 4)
            _byCount[adjusted - 1]++;
    }
}
