namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>Tells what a log trains from the values that it logs.</summary>
internal sealed class ObjectiveSigns
{
    private bool _masked, _contrastive, _ctc, _decoder, _variance, _perToken, _errorRates, _trainer;
    private double _lossOverToken;

    public void Look(MetricPoint point)
    {
        _masked |= point.LossMasked is not null || point.AccuracyMasked is not null;
        _contrastive |= point[Metric.FirstPart] is not null && point[Metric.Accuracy] is not null;
        _contrastive |= (point[Metric.ContrastiveLoss] ?? point[Metric.CodePerplexity] ?? point[Metric.ProbPerplexity]) is not null;
        _ctc |= point[Metric.CtcLoss] is not null;
        _decoder |= point[Metric.DecoderLoss] is not null;
        _variance |= point[Metric.TargetVariance] is not null || point[Metric.PredictionVariance] is not null;
        _errorRates |= point[Metric.UnitErrorRate] is not null || point[Metric.WordErrorRate] is not null;
        _trainer |= point[Metric.UpdatesPerSecond] is not null || point[Metric.TargetsPerBatch] is not null;
        if (point[Metric.LossPerToken] is > 0 and var token && point.Loss is { } loss && double.IsFinite(loss))
        {
            _perToken = true;
            _lossOverToken = Math.Max(_lossOverToken, loss / token);
        }
    }

    public TrainingObjective Decide(TrainingObjective? configured)
    {
        if (_masked)
            return TrainingObjective.MaskedPrediction;
        if (configured is { } known)
            return known;
        if (_decoder)
            return TrainingObjective.Other;
        if (_contrastive)
            return TrainingObjective.Contrastive;
        if (_variance)
            return TrainingObjective.SelfDistillation;
        // CTC's loss is per sentence and its nll_loss per token, dozens apart; a decoder's are the same but for the smoothing
        if (_ctc || _errorRates || _lossOverToken > 5)
            return TrainingObjective.Ctc;
        // fairseq's own lines would show the masked loss if there were one (wav2vec-U, a language model)
        return _perToken || _trainer ? TrainingObjective.Other : TrainingObjective.Unknown;
    }
}
