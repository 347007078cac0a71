namespace HubertSharp.SpeechTokenizer;

/// <summary>How a tokenizer's tensors are called.</summary>
internal static class TokenizerNames
{
    /// <summary>
    /// Before the names of weights that were averaged over a training, which are used instead of those of the last update.
    /// </summary>
    public const string Averaged = "averaged.";

    private const string Wrapper = "module.";

    /// <summary>Today's PyTorch calls the norm and the direction of a weight so.</summary>
    private static readonly (string Now, string Released)[] s_normed =
    [
        (".parametrizations.weight.original0", ".weight_g"), (".parametrizations.weight.original1", ".weight_v"),
    ];

    /// <summary>The released name of a tensor that was saved by a newer PyTorch, or under several processes.</summary>
    public static string Released(string name)
    {
        if (name.StartsWith(Wrapper, StringComparison.Ordinal))
            name = name[Wrapper.Length..];
        foreach (var (now, released) in s_normed)
            name = name.Replace(now, released, StringComparison.Ordinal);
        return name;
    }
}
