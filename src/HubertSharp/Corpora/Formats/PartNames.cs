namespace HubertSharp.Corpora.Formats;

/// <summary>What the names of parts mean: everybody writes them differently.</summary>
internal static class PartNames
{
    /// <summary><c>train</c>, <c>valid</c> or <c>test</c> by a word in a name such as <c>cuts_dev-clean</c> or <c>train_960</c>; null
    /// for another.</summary>
    public static string? Of(string name)
    {
        foreach (var word in name.ToLowerInvariant().Split(['-', '_', '.', '/', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "train" or "training" or "tr")
                return CorpusParts.Train;
            if (word is "dev" or "valid" or "validation" or "val" or "cv" or "dt")
                return CorpusParts.Valid;
            if (word is "test" or "eval" or "tt" or "et")
                return CorpusParts.Test;
        }
        return null;
    }
}
