using System.Text.Json;

namespace HubertSharp.Tests.LanguageModels;

/// <summary>What KenLM's Python module said of the sentences of a fixture: <c>decode/kenlm_scores.json</c>.</summary>
internal static class KenLmScores
{
    public const double Tolerance = 2e-5;

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IEnumerable<IGrouping<string, Sentence>> ByModel() =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.At("decode", "kenlm_scores.json"))).RootElement.GetProperty("scores")
            .Deserialize<Sentence[]>(s_json)!.GroupBy(s => s.Lm);

    public static string PathOf(string model) => Fixtures.At("decode", $"{model}.arpa");

    internal sealed record Sentence(
        string Lm, string Text, double Log10, double Log10NoBos, double Log10NoEos, Word[] Words, double Perplexity);

    internal sealed record Word(double Log10, int MatchedOrder, bool Oov);
}
