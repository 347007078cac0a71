using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Dashboard.Board;

/// <summary>The last figures of a tokenizer's training that a run of masked prediction has no counterpart of.</summary>
/// <param name="Generator">The whole loss of encoder, codebooks and decoder.</param>
/// <param name="Commitment">Mean square between the encoder's embeddings and their codes.</param>
/// <param name="Distillation">Loss against the teacher.</param>
/// <param name="Adversarial">What the discriminators give the generator.</param>
/// <param name="Features">Distance of the discriminators' feature maps.</param>
/// <param name="Discriminators">The discriminators' own loss.</param>
/// <param name="DiscriminatorNorm">Their gradient norm before clipping.</param>
/// <param name="DeadCodes">The largest share of a quantiser's codes that are dead.</param>
/// <param name="Perplexity">Of each quantiser's codes, the first one's first.</param>
internal sealed record LatestTokenizerFigures(
    double? Generator, double? Commitment, double? Distillation, double? Adversarial, double? Features, double? Discriminators,
    double? DiscriminatorNorm, double? DeadCodes, IReadOnlyList<double?> Perplexity)
{
    private const int MostQuantizers = 64;

    /// <summary>Those of a line of training means.</summary>
    public static LatestTokenizerFigures Of(MetricsLine line) => new(
        line["loss"], line["commit"], line["distill"], line["adversarial"], line["feature"], line["loss_discriminators"],
        line["gnorm_discriminators"], line["dead_codes"],
        [.. Enumerable.Range(1, MostQuantizers).Select(q => line[$"perplexity_q{q}"]).TakeWhile(value => value is not null)]);
}
