using System.Text.Json;
using HubertSharp.Decoding;
using HubertSharp.LanguageModels;
using HubertSharp.Runs.Alphabets;
using HubertSharp.Runs.Arrays;

namespace HubertSharp.Tests.Decoding;

/// <summary>The golden emissions, lexica and language models of <c>fixtures/decode</c>.</summary>
internal static class DecodeFixtures
{
    private static readonly Lazy<SafetensorsFile> s_emissions = new(() => SafetensorsFile.Read(At("emissions.safetensors")));

    public static JsonElement Flashlight { get; } = Json("flashlight.json");

    public static string At(string name) => Fixtures.At("decode", name);

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(At(name))).RootElement;

    public static float[] Emissions(string name) => s_emissions.Value[name].ToSingles();

    public static CtcAlphabet Alphabet(string name) =>
        new([.. Flashlight.GetProperty("tokens").GetProperty(name).EnumerateArray().Select(token => token.GetString()!)],
            Flashlight.GetProperty("blank").GetInt32());

    public static Lexicon? Lexicon(string? name, CtcAlphabet alphabet) =>
        name is null ? null : HubertSharp.Decoding.Lexicon.Read(At(name), alphabet);

    public static NgramModel? Model(string? name) => name is null ? null : NgramModel.Open(At(name));

    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static double Number(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NegativeInfinity;

    public static string[] Words(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];

    /// <summary>Nothing is left out.</summary>
    public static SearchOptions Whole { get; } = new()
    {
        Beam = 100_000,
        BeamTokens = 1000,
        BeamThreshold = 1e9,
        TokenThreshold = 1e9,
        LanguageWeight = 0,
        WordScore = 0,
        NBest = 1000,
    };
}
