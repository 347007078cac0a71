using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Training.Updates;

/// <summary>
/// fairseq's <c>tri_stage</c>: linear from a share of the peak to the peak, constant, exponential to another share, and constant again.
/// A run may end before the third stage does.
/// </summary>
internal sealed class TriStage(TriStageConfig config) : LearningRateSchedule
{
    private readonly (long Warmup, long Hold, long Decay) _stages = config.Stages();
    private readonly double _peak = config.Lr[0];

    /// <summary>The rate of the next update; the first one has the initial share of the peak.</summary>
    /// <param name="updates">Updates done so far.</param>
    /// <param name="epoch">Means nothing here.</param>
    public override double LearningRate(long updates, int epoch = 1)
    {
        var first = config.InitLrScale * _peak;
        if (updates < _stages.Warmup)
            return first + (_peak - first) / _stages.Warmup * updates;
        var decaying = updates - _stages.Warmup - _stages.Hold;
        if (decaying < 0)
            return _peak;
        return decaying <= _stages.Decay
            ? _peak * Math.Exp(Math.Log(config.FinalLrScale) / _stages.Decay * decaying)
            : config.FinalLrScale * _peak;
    }
}
