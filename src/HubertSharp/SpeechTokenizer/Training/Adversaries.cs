using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.SpeechTokenizer.Losses;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, S samples

/// <summary>What generator and discriminators are to each other in an update.</summary>
/// <param name="set">The discriminators.</param>
/// <param name="apart">
/// Real and made recordings pass one after the other, and the vectors of the spectral norms move at each pass, as in the released program;
/// otherwise both pass as one batch, and the vectors move once for each side of an update, however many micro-batches it has.
/// </param>
internal sealed class Adversaries(DiscriminatorSet set, bool apart)
{
    /// <summary>What the discriminators learn by. Call it in a dispose scope that ends after backward.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="made">[B, 1, S], without a gradient.</param>
    /// <param name="isFirst">The first micro-batch of the update in this process.</param>
    public Tensor DiscriminatorLoss(Tensor real, Tensor made, bool isFirst)
    {
        var (ofReal, ofMade) = apart ? (Pass(real, learns: true, iterates: true), Pass(made, learns: true, iterates: true))
            : Together(real, made, isFirst);
        return TokenizerLosses.Discriminators(ofReal.Select(judgement => judgement.Logits), ofMade.Select(judgement => judgement.Logits));
    }

    /// <summary>What the generator learns by: to pass as real, and to look so to each layer.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="made">[B, 1, S].</param>
    /// <param name="isFirst">The first micro-batch of the update in this process.</param>
    public (Tensor Adversarial, Tensor Features) GeneratorLoss(Tensor real, Tensor made, bool isFirst)
    {
        IReadOnlyList<Judgement> ofReal;
        var discriminators = set.Build(learns: false, iterates: apart || isFirst);
        using (no_grad())
            ofReal = [.. discriminators.Select(one => one.Forward(real))];
        IReadOnlyList<Judgement> ofMade = apart ? Pass(made, learns: false, iterates: true)
            : [.. discriminators.Select(one => one.Forward(made))];
        return (TokenizerLosses.Adversarial(ofMade.Select(judgement => judgement.Logits)),
            TokenizerLosses.FeatureMatching(ofReal.Select(judgement => judgement.Maps), ofMade.Select(judgement => judgement.Maps)));
    }

    private List<Judgement> Pass(Tensor x, bool learns, bool iterates) => [.. set.Build(learns, iterates).Select(one => one.Forward(x))];

    private (IReadOnlyList<Judgement> Real, IReadOnlyList<Judgement> Made) Together(Tensor real, Tensor made, bool isFirst)
    {
        var rows = real.shape[0];
        var both = Pass(cat([real, made]), learns: true, iterates: isFirst);
        return ([.. both.Select(judgement => judgement.Rows(0, rows))], [.. both.Select(judgement => judgement.Rows(rows, rows))]);
    }
}
