using HubertSharp.Distributed;
using HubertSharp.Tensors;
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
    private readonly Dictionary<TokenizerBatch, (Tensor Real, Generated Generated)> _made = new(ReferenceEqualityComparer.Instance);
    private bool? _isDiscriminators; // the side that is being computed

    private Device Device => model.Parameters.Masters.device;

    /// <summary>Gradients of the discriminators; may be called for some of an update's micro-batches at a time.</summary>
    public DiscriminatorScores Discriminate(IReadOnlyList<TokenizerBatch> batches, double lossScale, StepProfile? profile = null)
    {
        if (Begins(discriminators: true))
            Forget();
        var scores = new DiscriminatorScores(Device);
        foreach (var batch in batches)
        {
            var (real, generated) = Made(batch);
            profile?.End("generator");
            using var scope = NewDisposeScope();
            var loss = adversaries!.DiscriminatorLoss(real, generated.Made.detach(), batch.Micro);
            profile?.End("discriminators");
            BackwardPass.Of(loss, lossScale);
            scores.Add(loss);
            profile?.End("discriminators, backward");
        }
        return scores;
    }

    /// <summary>Gradients of the generator; may be called for some of an update's micro-batches at a time.</summary>
    public GeneratorScores Generate(IReadOnlyList<TokenizerBatch> batches, double lossScale, StepProfile? profile = null)
    {
        Begins(discriminators: false);
        var scores = new GeneratorScores(Device);
        foreach (var (number, batch) in batches.Index())
        {
            var (real, generated) = Made(batch);
            using var scope = NewDisposeScope();
            var judged = adversaries?.GeneratorLoss(real, generated.Made, batch.Micro);
            profile?.End("discriminators for the generator");
            var terms = Terms(batch, real, generated, judged);
            profile?.End("other losses");
            model.LayerDone = number == batches.Count - 1 ? model.Parameters.LayerDone : null;
            BackwardPass.Of(terms.Total, lossScale);
            scores.Add(terms, batch, model.Config.Hop);
            _made.Remove(batch);
            Forget(real, generated);
            profile?.End("generator, backward");
        }
        return scores;
    }

    /// <summary>All micro-batches of the side that was computed last are done, here or elsewhere.</summary>
    /// <param name="micros">How many there are over all processes.</param>
    public void EndSide(int micros) => adversaries?.EndSide(micros);

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

    private bool Begins(bool discriminators)
    {
        if (_isDiscriminators == discriminators && adversaries is not null)
            return false;
        _isDiscriminators = discriminators;
        adversaries?.BeginSide();
        return true;
    }

    private (Tensor Real, Generated Generated) Made(TokenizerBatch batch)
    {
        if (_made.TryGetValue(batch, out var made))
            return made;
        using var scope = NewDisposeScope();
        var real = Samples(batch);
        return _made[batch] = (real.DetachFromDisposeScope(), model.Forward(real, batch.Micro, replicas).Detached());
    }

    private void Forget()
    {
        foreach (var (real, generated) in _made.Values)
            Forget(real, generated);
        _made.Clear();
    }

    private static void Forget(Tensor real, Generated generated)
    {
        real.Dispose();
        generated.Dispose();
    }
}
