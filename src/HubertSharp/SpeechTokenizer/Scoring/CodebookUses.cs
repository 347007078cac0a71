using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports.Tokenizers;

namespace HubertSharp.SpeechTokenizer.Scoring;

/// <summary>How quantisers use their codes over all recordings.</summary>
internal static class CodebookUses
{
    /// <summary>
    /// Entropies are sums over recordings of −log2 of their codes' frequencies, which are held as they are when recordings are drawn anew.
    /// </summary>
    /// <param name="scores">All recordings.</param>
    /// <param name="config">Of the tokenizer.</param>
    /// <param name="speakerOf">Who speaks; null where nobody said.</param>
    /// <param name="seed">Decides what intervals draw.</param>
    public static IReadOnlyList<CodebookUse> Of(
        IReadOnlyList<RecordingScores> scores, TokenizerConfig config, Func<string, string?> speakerOf, long seed) =>
        [.. Enumerable.Range(1, config.Quantizers).Select(quantizer =>
        {
            var counts = new long[config.CodebookSize];
            foreach (var code in scores.SelectMany(recording => recording.Codes[quantizer]))
                counts[code]++;
            var frames = (double)counts.Sum();
            double[] bits = [.. counts.Select(count => -Math.Log2(count / frames))];
            var entropy = ResampledFigure.Quotient([.. scores.Select(recording => (recording.Name, speakerOf(recording.Name),
                recording.Codes[quantizer].Sum(code => bits[code]), (double)recording.Codes.Frames))]);
            return new CodebookUse(quantizer, counts.Count(count => count > 0), entropy.Estimate(seed, Math.Log2(config.CodebookSize)),
                Math.Pow(2, entropy.Value), entropy.Value * config.SampleRate / config.Hop, counts.Max() / frames);
        })];
}
