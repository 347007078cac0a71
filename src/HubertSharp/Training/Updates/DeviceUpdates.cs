using System.Diagnostics;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Training.Logging;
using TorchSharp;

namespace HubertSharp.Training.Updates;

/// <summary>
/// Never waits for the device inside a step: updates queue up there, the device itself passes over one that is not finite, and scores
/// and norms are read together when somebody needs them. The guard speaks then, and a bad batch is collated again.
/// </summary>
internal sealed class DeviceUpdates(TrainedPart part, NumericalGuard guard, TrainingLog log, OptimizationConfig config)
    : UpdateRule(part, guard)
{
    /// <summary>A log interval may be long; what waits must not grow with it.</summary>
    private const int MostPending = 256;

    private readonly List<(PendingUpdate Update, torch.Tensor Norm, double Seconds)> _pending = [];

    public override bool LooksAtOnce => false;

    public override void Apply(PendingUpdate update)
    {
        using var scope = torch.NewDisposeScope();
        var norm = Part.Optimizer.UpdateUnseen(
            update.LearningRate, update.Scores.SampleSize, config.ClipNorm, update.Scores.DeviceLoss, update.Scores.IdleGroups);
        _pending.Add((update, norm.DetachFromDisposeScope(), Stopwatch.GetElapsedTime(update.Start).TotalSeconds));
        if (_pending.Count >= MostPending)
            Settle();
    }

    public override void Settle()
    {
        if (_pending.Count == 0)
            return;
        var start = Stopwatch.GetTimestamp();
        var norms = UpdateScores.Read([.. _pending.Select(p => (p.Update.Scores, (torch.Tensor?)p.Norm))]);
        var waited = Stopwatch.GetElapsedTime(start).TotalSeconds / _pending.Count;
        foreach (var ((update, norm, seconds), value) in _pending.Zip(norms))
        {
            norm.Dispose();
            if (!Guard.Accepts(update.Number, update.Scores, value, update.LearningRate, update.Blame))
                continue;
            Part.Optimizer.Count(update.Scores.IdleGroups);
            var clipped = FairseqAdam.ClipCoefficient(value, config.ClipNorm) < 1;
            log.AddUpdate(Part.Suffix, update.Scores.AddTo, update.Scores.AudioSamples, value, clipped, seconds + waited);
        }
        _pending.Clear();
    }

    public override void Dispose()
    {
        foreach (var (update, norm, _) in _pending)
        {
            update.Scores.Dispose();
            norm.Dispose();
        }
        _pending.Clear();
        base.Dispose();
    }
}
