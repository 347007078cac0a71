using HubertSharp.Runs.Configuration.Tokenizers;
using HubertSharp.SpeechTokenizer.Losses;
using HubertSharp.Tensors;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

// B recordings, S samples, T frames, E dimensions of the teacher

/// <summary>What a generator is trained by beside its discriminators, with the configuration's weights.</summary>
internal sealed class GeneratorCriterion : IDisposable
{
    private readonly TokenizerCriterionConfig _config;
    private readonly List<MelLoss> _mels = [];

    public GeneratorCriterion(TokenizerCriterionConfig config, int sampleRate, Device device)
    {
        _config = config;
        for (var i = 0; i < config.MelLossLambdas.Count; i++)
        {
            _mels.Add(new MelLoss(new MelResolution(config.NFft >> i, config.HopSize >> i, config.WinSize >> i, config.NumMels, sampleRate,
                config.Fmin, config.FmaxForLoss ?? sampleRate / 2), device));
        }
    }

    /// <summary>The mel difference at the first resolution, without its weight: what a validation is judged by.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="made">[B, 1, S].</param>
    public Tensor MelError(Tensor real, Tensor made) => _mels[0].Forward(real.squeeze(1), made.squeeze(1));

    /// <summary>All terms and their weighted sum. Call it in a dispose scope that ends after backward.</summary>
    /// <param name="real">[B, 1, S].</param>
    /// <param name="generated">Of them.</param>
    /// <param name="teacher">[B, T, E]; null for none.</param>
    /// <param name="filled">[B, T] bool, see <see cref="Distillation"/>.</param>
    /// <param name="adversaries">What the discriminators say; null without any.</param>
    public GeneratorTerms Terms(
        Tensor real, Generated generated, Tensor? teacher, Tensor? filled, (Tensor Adversarial, Tensor Features)? adversaries)
    {
        var mels = _mels.Select(mel => mel.Forward(real.squeeze(1), generated.Made.squeeze(1))).ToList();
        var mel = mels.Zip(_config.MelLossLambdas, (loss, weight) => loss * Scalars.Of(weight))
            .Aggregate((sum, term) => sum.add(term, Scalars.One));
        var recon = TokenizerLosses.Reconstruction(real, generated.Made);
        var none = zeros(1, device: real.device).squeeze(0);
        var distill = teacher is null ? none : Distillation(generated.Features, teacher, filled);
        var total = mel.add(recon * Scalars.Of(_config.ReconLossLambda), Scalars.One)
            .add(generated.Commitment * Scalars.Of(_config.CommitmentLossLambda), Scalars.One)
            .add(distill * Scalars.Of(_config.DistillLossLambda), Scalars.One);
        if (adversaries is var (adversarial, features))
        {
            total = total.add(adversarial * Scalars.Of(_config.AdversarialLossLambda), Scalars.One)
                .add(features * Scalars.Of(_config.FeatureLossLambda), Scalars.One);
            return new GeneratorTerms(total, mel, mels[0], recon, generated.Commitment, distill, adversarial, features);
        }
        return new GeneratorTerms(total, mel, mels[0], recon, generated.Commitment, distill, none, none);
    }

    /// <summary>How far the first quantiser is from the teacher, without its weight.</summary>
    /// <param name="features">[B, T, E].</param>
    /// <param name="teacher">[B, T, E].</param>
    /// <param name="filled">[B, T] bool: frames that speech fills and the teacher has; null for all that both have.</param>
    public Tensor Distillation(Tensor features, Tensor teacher, Tensor? filled)
    {
        var alongTime = _config.DistillType == TokenizerCriterionConfig.AlongTime;
        if (filled is not null && !alongTime)
        {
            // as a series over time, a frame of zeros changes neither length nor angle
            var mask = filled.unsqueeze(2).to_type(features.dtype);
            (features, teacher) = (features * mask, teacher * mask);
        }
        else if (filled is not null)
            (features, teacher) = (TokenizerLosses.Filled(features, filled), TokenizerLosses.Filled(teacher, filled));
        return alongTime ? TokenizerLosses.DistillationAlongTime(features, teacher, _config.LambdaSim)
            : TokenizerLosses.DistillationAlongDimensions(features, teacher);
    }

    public void Dispose() => _mels.ForEach(mel => mel.Dispose());
}

/// <summary>A generator's loss and what it is the sum of, each without its weight but <paramref name="Mel"/>.</summary>
/// <param name="Total">With all weights.</param>
/// <param name="Mel">All resolutions, weighted.</param>
/// <param name="MelError">At the first resolution.</param>
/// <param name="Recon">Of the waveforms.</param>
/// <param name="Commit">Of the quantisers.</param>
/// <param name="Distill">0 without a teacher.</param>
/// <param name="Adversarial">0 without discriminators.</param>
/// <param name="Features">0 without discriminators.</param>
internal sealed record GeneratorTerms(
    Tensor Total, Tensor Mel, Tensor MelError, Tensor Recon, Tensor Commit, Tensor Distill, Tensor Adversarial, Tensor Features);
