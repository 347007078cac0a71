using HubertSharp.SpeechTokenizer.Discriminators;
using HubertSharp.SpeechTokenizer.Losses;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, S samples

/// <summary>
/// What generator and discriminators are to each other in an update. The vectors of the spectral norms move as one process would move
/// them, whoever computes which micro-batch.
/// </summary>
/// <param name="set">The discriminators.</param>
/// <param name="apart">
/// Real and made recordings pass one after the other, and the vectors of the spectral norms move at each pass, as in the released program;
/// otherwise both pass as one batch, and the vectors move once for each side of an update, however many micro-batches it has.
/// </param>
internal sealed class Adversaries(DiscriminatorSet set, bool apart)
{
    private const int Passes = 2; // of a micro-batch on each side: real and made

    private int _moves; // of the vectors, on this side of the update

    /// <summary>A side of an update begins.</summary>
    public void BeginSide() => _moves = 0;

    /// <summary>A side of an update ends: the vectors are where all its micro-batches bring them.</summary>
    /// <param name="micros">Micro-batches of the update, counted over all processes.</param>
    public void EndSide(int micros) => Move(apart ? Passes * micros : 1);

    /// <summary>What the discriminators learn by. Call it in a dispose scope that ends after backward.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="made">[B, 1, S], without a gradient.</param>
    /// <param name="micro">Number of the micro-batch, counted over all processes.</param>
    public Tensor DiscriminatorLoss(Tensor real, Tensor made, int micro)
    {
        var (ofReal, ofMade) = apart ? (Pass(real, micro, 1), Pass(made, micro, 2)) : Together(real, made, micro);
        return TokenizerLosses.Discriminators(ofReal.Select(judgement => judgement.Logits), ofMade.Select(judgement => judgement.Logits));
    }

    /// <summary>What the generator learns by: to pass as real, and to look so to each layer.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="made">[B, 1, S].</param>
    /// <param name="micro">Number of the micro-batch, counted over all processes.</param>
    public (Tensor Adversarial, Tensor Features) GeneratorLoss(Tensor real, Tensor made, int micro)
    {
        MoveFor(micro, 1);
        var discriminators = set.Build(learns: false);
        IReadOnlyList<Judgement> ofReal;
        using (no_grad())
            ofReal = [.. discriminators.Select(one => one.Forward(real))];
        if (apart)
        {
            MoveFor(micro, 2);
            discriminators = set.Build(learns: false);
        }
        IReadOnlyList<Judgement> ofMade = [.. discriminators.Select(one => one.Forward(made))];
        return (TokenizerLosses.Adversarial(ofMade.Select(judgement => judgement.Logits)),
            TokenizerLosses.FeatureMatching(ofReal.Select(judgement => judgement.Maps), ofMade.Select(judgement => judgement.Maps)));
    }

    private List<Judgement> Pass(Tensor x, int micro, int pass)
    {
        MoveFor(micro, pass);
        return [.. set.Build(learns: true).Select(one => one.Forward(x))];
    }

    private (IReadOnlyList<Judgement> Real, IReadOnlyList<Judgement> Made) Together(Tensor real, Tensor made, int micro)
    {
        var rows = real.shape[0];
        var both = Pass(cat([real, made]), micro, 1);
        return ([.. both.Select(judgement => judgement.Rows(0, rows))], [.. both.Select(judgement => judgement.Rows(rows, rows))]);
    }

    private void MoveFor(int micro, int pass) => Move(apart ? (Passes * micro) + pass : 1);

    private void Move(int moves)
    {
        for (; _moves < moves; _moves++)
            set.Iterate();
    }
}
