using HubertSharp.Runs.Reports;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.Tests.Reports.Tokenizers;

/// <summary>A made report with two recordings to listen to.</summary>
internal static class SampleTokenizer
{
    public static TokenizerReport Report { get; } = new("models/<mine>", "test.tsv", 12, 90, 50, 1024, 8, 0.4, "models/ctc",
        [.. new[] { 1, 2, 4, 8 }.Select(count => new Reconstruction(count, 500 * count, 430 * count, 0.3, new Dictionary<string, Estimate>
        {
            [TokenizerFigures.Stoi] = Of(0.7 + (count / 40.0)), [TokenizerFigures.SiSdr] = Of(-4 + count),
            [TokenizerFigures.Mel] = Of(1.5 / count), [TokenizerFigures.WordErrors] = Of(0.4 / count),
        }))],
        [.. Enumerable.Range(1, 8).Select(q => new CodebookUse(q, 1000 - (10 * q), Of(8.5), 362, 425, 0.03))],
        [new CodeContent("reference", null, 4500, 60, Of(0.61), Of(0.55), Of(0.081), null)],
        [new SpeakerContent(1, 1, 4, 80, Of(0.35), 0.25), new SpeakerContent(2, 8, 4, 80, Of(0.9), 0.25)]);

    /// <summary>Tones, as spectrograms of which the later ones are louder.</summary>
    public static IReadOnlyList<Example> Examples { get; } = [.. new[]
    {
        "en/a & b", "zh/你好",
    }.Select((name, i) => new Example(name, 1.5 + i,
        [.. new[] { 0, 1, 2, 4, 8 }.Select(count => new ExampleSound(count,
            count == 0 ? $"audio/{i + 1:00}-original.flac" : $"audio/{i + 1:00}-quantisers-{count}.flac", 40, 96,
            [.. Enumerable.Range(0, 40 * 96).Select(place => (float)((place % 96 == 20 ? 0 : -60) + (10 * Math.Sin(place / 96)) + count))])
        {
            Text = count == 0 ? "CALL <ME>" : $"CALL {count}",
        })]))];

    /// <summary>Two that differ in what quantiser 1 tells.</summary>
    public static IReadOnlyList<TokenizerSummary> Summaries { get; } =
    [
        new("hubert", "3", 3000, "tokenizers/hubert/run/reconstructions", Report),
        new("none", null, 2500, "tokenizers/none/run/reconstructions", Report with
        {
            FirstQuantizer = [new CodeContent("reference", null, 4500, 60, Of(0.31), Of(0.35), Of(0.281), null)],
        }),
    ];

    private static Estimate Of(double value) =>
        new(value, [new ConfidenceInterval(ResampledUnit.Utterances, 12, value - 0.01, value + 0.01)]);
}
