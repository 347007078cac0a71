namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>
/// A curve in bounded memory: when it is full, neighbours become their means, so that a log of any length keeps its whole span
/// in 8,192 to 16,384 points.
/// </summary>
internal sealed class CurveBuffer
{
    private const int Capacity = 16_384;
    private readonly List<MetricPoint> _points = [];
    private int _linesPerPoint = 1;
    private MetricPoint? _pending;

    public int Count => _points.Count + (_pending is null ? 0 : 1);

    public long LastUpdate => _pending?.Update ?? (_points.Count > 0 ? _points[^1].Update : long.MinValue);

    public void Add(MetricPoint point)
    {
        _pending = _pending is null ? point : MetricPoint.Merge(_pending, point);
        if (_pending.Lines < _linesPerPoint)
            return;
        _points.Add(_pending);
        _pending = null;
        if (_points.Count == Capacity)
            Halve();
    }

    /// <summary>Takes back everything from an update on: the run began again there.</summary>
    public void RemoveFrom(long update)
    {
        if (_pending?.Update >= update)
            _pending = null;
        var keep = _points.Count;
        while (keep > 0 && _points[keep - 1].Update >= update)
            keep--;
        _points.RemoveRange(keep, _points.Count - keep);
    }

    public void Shift(long updates)
    {
        foreach (var point in ToList())
            point.Update += updates;
    }

    public List<MetricPoint> ToList() => _pending is null ? _points : [.. _points, _pending];

    private void Halve()
    {
        for (var i = 0; i < Capacity / 2; i++)
            _points[i] = MetricPoint.Merge(_points[2 * i], _points[(2 * i) + 1]);
        _points.RemoveRange(Capacity / 2, Capacity / 2);
        _linesPerPoint *= 2;
    }
}
