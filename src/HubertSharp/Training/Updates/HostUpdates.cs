using System.Diagnostics;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Logging;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Looks at every update before it changes the weights: on a processor, where looking costs nothing, and for fp16's loss scale.
/// </summary>
internal sealed class HostUpdates(TrainedPart part, NumericalGuard guard, TrainingLog log, OptimizationConfig config)
    : UpdateRule(part, guard)
{
    public override bool LooksAtOnce => true;

    public override void Apply(PendingUpdate update)
    {
        // Gradients are divided by the frames that they are summed over, then clipped; gnorm is the norm before clipping.
        update.Scores.Read();
        var divisor = update.Scores.SampleSize * Guard.LossScale;
        var norm = LastNorm = Part.Optimizer.GradientNorm() / divisor;
        var clip = FairseqAdam.ClipCoefficient(norm, config.ClipNorm);
        if (!Guard.Accepts(update.Number, update.Scores, norm, update.LearningRate, update.Blame))
            return;
        Part.Optimizer.Update(update.LearningRate, clip / divisor, update.Scores.IdleGroups);
        var seconds = Stopwatch.GetElapsedTime(update.Start).TotalSeconds;
        log.AddUpdate(Part.Suffix, update.Scores.AddTo, update.Scores.AudioSamples, norm, clip < 1, seconds);
    }

    public override void Settle()
    {
    }
}
