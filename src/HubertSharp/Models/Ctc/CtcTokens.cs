namespace HubertSharp.Models.Ctc;

/// <summary>
/// CTC's blank is <c>&lt;s&gt;</c>, index 0, in fairseq and <c>&lt;pad&gt;</c>, index 0, in transformers: the same output under the
/// other's name, and index 1 the other way round.
/// </summary>
internal static class CtcTokens
{
    public static IReadOnlyList<string> FromFairseq(IReadOnlyList<string> symbols) => Swap(symbols);

    public static IReadOnlyList<string> ToFairseq(IReadOnlyList<string> tokens) => Swap(tokens);

    private static IReadOnlyList<string> Swap(IReadOnlyList<string> names) => [.. names.Select(name => name switch
    {
        "<s>" => "<pad>",
        "<pad>" => "<s>",
        _ => name,
    })];
}
