namespace HubertSharp.Clustering;

/// <summary>scikit-learn's end of mini-batch k-means: no lower smoothed inertia for a number of batches.</summary>
internal sealed class MiniBatchStop(long frames, int batchSize, int maxNoImprovement)
{
    private readonly double _alpha = Math.Min(batchSize * 2.0 / (frames + 1), 1);
    private double? _smoothed;
    private double _least = double.PositiveInfinity;
    private int _steps;
    private int _withoutImprovement;

    /// <summary>Takes a batch's inertia per frame, and says whether it was the last one.</summary>
    public bool IsReached(double inertiaPerFrame)
    {
        if (++_steps == 1)
            return false; // the first batch tells of the start only
        _smoothed = _smoothed is { } before ? (before * (1 - _alpha)) + (inertiaPerFrame * _alpha) : inertiaPerFrame;
        if (_smoothed < _least)
            (_least, _withoutImprovement) = (_smoothed.Value, 0);
        else
            _withoutImprovement++;
        return _withoutImprovement >= maxNoImprovement;
    }
}
