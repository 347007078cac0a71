namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>A line whose loss stands out above the ten before it.</summary>
/// <param name="Update">Where.</param>
/// <param name="Before">Median of the ten lines before.</param>
/// <param name="Height">Above that median, in the log's unit.</param>
/// <param name="Scatter">Half the lines before lie within this range.</param>
/// <param name="HealedAfter">Lines until the loss was back; null when it was not.</param>
internal sealed record LossSpike(long Update, double Before, double Height, double Scatter, int? HealedAfter)
{
    /// <summary>It is the first line after the run was started again.</summary>
    public bool IsAtRestart { get; init; }
}

/// <summary>Finds spikes line by line, before a long curve is thinned.</summary>
internal sealed class SpikeWatch
{
    private const int Window = 10;
    private const int PatienceLines = 50;
    private const int Most = 1000;
    private readonly double[] _ring = new double[Window];
    private readonly double[] _sorted = new double[Window];
    private readonly List<LossSpike> _spikes = [];
    private readonly List<(int Spike, long Line)> _open = []; // not healed yet, the highest that is still awaited last
    private long _seen;
    private long _quietUntil = -1; // inside a spike that may still heal at once, no other is looked for

    public IReadOnlyList<LossSpike> Spikes => _spikes;

    public void Add(long update, double loss, bool isAtRestart = false)
    {
        if (!double.IsFinite(loss))
            return;
        Heal(loss);
        if (_seen > _quietUntil && _seen >= Window && _spikes.Count < Most)
        {
            var (median, scatter) = Level();
            // a restart has one line to show itself, and a place where something is expected
            var (times, share) = isAtRestart ? (3, 0.03) : (6, 0.04);
            if (loss - median > Math.Max(times * scatter, share * Math.Abs(median)))
            {
                _open.Add((_spikes.Count, _seen));
                _spikes.Add(new LossSpike(update, median, loss - median, scatter, null) { IsAtRestart = isAtRestart });
                _quietUntil = _seen + PatienceLines;
                _seen++;
                return; // a spike is not part of what is usual
            }
        }
        _ring[_seen % Window] = loss;
        _seen++;
    }

    /// <summary>The run went back.</summary>
    /// <param name="update">To this update.</param>
    /// <param name="before">The losses before it, which those that follow are held against.</param>
    public void RemoveFrom(long update, IEnumerable<double> before)
    {
        _spikes.RemoveAll(s => s.Update >= update);
        _open.Clear();
        (_quietUntil, _seen) = (-1, 0);
        foreach (var loss in before.TakeLast(Window))
            _ring[_seen++] = loss;
    }

    // Soon after a spike one line says that it is over; when the level itself had moved, only ten lines do.
    private void Heal(double loss)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var (index, line) = _open[i];
            var spike = _spikes[index];
            var back = spike.Before + Math.Max(0.25 * spike.Height, 2 * spike.Scatter);
            var late = _seen - line > PatienceLines;
            if (late ? Level().Median > back : loss > back)
                continue;
            _spikes[index] = spike with { HealedAfter = (int)Math.Min(int.MaxValue, _seen - line) };
            _open.RemoveAt(i);
            if (!late && _open.TrueForAll(o => o.Line < line))
                _quietUntil = _seen;
        }
    }

    private (double Median, double Scatter) Level()
    {
        _ring.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        return ((_sorted[4] + _sorted[5]) / 2, _sorted[7] - _sorted[2]);
    }
}
