using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>Takes a fixed share for validation, chosen by a seed; both parts keep their order.</summary>
internal static class CorpusSplit
{
    /// <summary>
    /// Whether each of <paramref name="count"/> items is in the validation part; at least one is when the share is above 0 and there are
    /// two.
    /// </summary>
    public static bool[] Choose(int count, double validShare, long seed)
    {
        var valid = (int)Math.Round(count * validShare);
        if (validShare > 0 && count > 1)
            valid = Math.Clamp(valid, 1, count - 1);
        var order = Enumerable.Range(0, count).ToArray();
        new SeededRandom((ulong)seed).Shuffle<int>(order);
        var chosen = new bool[count];
        foreach (var item in order.AsSpan(0, valid))
            chosen[item] = true;
        return chosen;
    }
}
