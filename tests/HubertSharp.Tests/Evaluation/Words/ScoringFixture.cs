using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubertSharp.Tests.Evaluation.Words;

/// <summary>What jiwer, sclite and WeNet's program said of the pairs of a fixture: <c>scoring/pairs.json</c>.</summary>
internal sealed record ScoringFixture(ScoringFixture.Pair[] Pairs, JsonElement Totals)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static ScoringFixture Read() =>
        JsonSerializer.Deserialize<ScoringFixture>(File.ReadAllText(Fixtures.At("scoring", "pairs.json")), s_json)!;

    internal sealed record Pair(
        string Id, string Ref, string Hyp, Edits Words, Split JiwerDefaultWer, Split JiwerDefaultCer, Edits CharsNoSpace,
        Wenet WenetCharMode, Edits MixedNfkcUpper, Split? Sclite);

    internal sealed record Edits(
        int RefTokens, int HypTokens, [property: JsonPropertyName("edits")] int Errors, int HitsMin, int HitsMax, Split Jiwer,
        string[]? RefTokenList, string[]? HypTokenList);

    internal sealed record Split(
        int Hits, int Correct, int Substitutions, int Deletions, int Insertions, double Wer, double Cer, double Mer, double Wil);

    internal sealed record Wenet(
        string[] RefTokens, string[] HypTokens, int N, int Correct, int Substitutions, int Deletions, int Insertions);
}
