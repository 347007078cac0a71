using HubertSharp.Distributed;
using HubertSharp.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace HubertSharp.SpeechTokenizer.Training;

/// <summary>
/// Forward and backward of both sides. What the generator makes of a micro-batch is made once in an update: the discriminators learn of
/// it without a gradient, and the generator learns through the very same graph.
/// </summary>
/// <param name="model">The generator.</param>
/// <param name="criterion">Its losses.</param>
/// <param name="adversaries">The discriminators; null for none.</param>
/// <param name="replicas">The processes.</param>
internal sealed class TokenizerStep(LearntTokenizer model, GeneratorCriterion criterion, Adversaries? adversaries, Replicas replicas)
    : IDisposable
{
    private readonly List<(Tensor Real, Generated Generated)> _made = [];

    private Device Device => model.Parameters.Masters.device;

    /// <summary>Gradients of the discriminators.</summary>
    public DiscriminatorScores Discriminate(IReadOnlyList<TokenizerBatch> batches, double lossScale)
    {
        Make(batches);
        var scores = new DiscriminatorScores(Device);
        foreach (var (place, (real, generated)) in _made.Index())
        {
            using var scope = NewDisposeScope();
            var loss = adversaries!.DiscriminatorLoss(real, generated.Made.detach(), isFirst: place == 0);
            Backward(loss, lossScale);
            scores.Add(loss);
        }
        return scores;
    }

    /// <summary>Gradients of the generator.</summary>
    public GeneratorScores Generate(IReadOnlyList<TokenizerBatch> batches, double lossScale)
    {
        if (_made.Count == 0)
            Make(batches);
        var scores = new GeneratorScores(Device);
        foreach (var (place, (batch, (real, generated))) in batches.Zip(_made).Index())
        {
            using var scope = NewDisposeScope();
            var terms = Terms(batch, real, generated, adversaries?.GeneratorLoss(real, generated.Made, isFirst: place == 0));
            Backward(terms.Total, lossScale);
            scores.Add(terms, batch, model.Config.Hop);
        }
        Forget();
        return scores;
    }

    /// <summary>The terms of a micro-batch. Call it in a dispose scope.</summary>
    public GeneratorTerms Terms(
        TokenizerBatch batch, Tensor real, Generated generated, (Tensor Adversarial, Tensor Features)? adversarial)
    {
        var teacher = batch.Teacher is null ? null : DeviceCopy.Of(batch.Teacher,
            [batch.Rows, batch.TeacherFrames, batch.Teacher.Length / (batch.Rows * batch.TeacherFrames)], Device);
        var filled = batch.Filled is null ? null : DeviceCopy.Of(batch.Filled, [batch.Rows, batch.TeacherFrames], Device);
        return criterion.Terms(real, generated, teacher, filled, adversarial);
    }

    /// <summary>A batch's recordings, [B, 1, S].</summary>
    public Tensor Samples(TokenizerBatch batch) => DeviceCopy.Of(batch.Samples, [batch.Rows, 1, batch.Width], Device);

    public void Dispose() => Forget();

    private void Make(IReadOnlyList<TokenizerBatch> batches)
    {
        Forget();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var real = Samples(batch);
            _made.Add((real.DetachFromDisposeScope(), model.Forward(real, batch.Micro, replicas).Detached()));
        }
        if (batches.Count == 0)
            model.Quantizer.Join(replicas);
    }

    private static void Backward(Tensor loss, double lossScale)
    {
        using var scale = lossScale.ToScalar();
        (lossScale == 1 ? loss : loss * scale).backward();
    }

    private void Forget()
    {
        foreach (var (real, generated) in _made)
        {
            real.Dispose();
            generated.Dispose();
        }
        _made.Clear();
    }
}
