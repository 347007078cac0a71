namespace HubertSharp.Runs.Doctor.Logs;

/// <summary>A line whose loss stands out above the ten before it.</summary>
/// <param name="Update">Where.</param>
/// <param name="Before">Median of the ten lines before.</param>
/// <param name="Height">Above that median, in the log's unit.</param>
/// <param name="Scatter">Half the lines before lie within this range.</param>
/// <param name="HealedAfter">Lines until the loss was back; null when it was not.</param>
public sealed record LossSpike(long Update, double Before, double Height, double Scatter, int? HealedAfter);

/// <summary>Finds spikes line by line, before a long curve is thinned.</summary>
internal sealed class SpikeWatch
{
    private const int Window = 10;
    private const int PatienceLines = 50;
    private const int Most = 1000;
    private readonly double[] _ring = new double[Window];
    private readonly double[] _sorted = new double[Window];
    private readonly List<LossSpike> _spikes = [];
    private long _seen;
    private long _open = -1; // line of the spike that has not healed yet

    public IReadOnlyList<LossSpike> Spikes => _spikes;

    public void Add(long update, double loss)
    {
        if (!double.IsFinite(loss))
            return;
        if (_open >= 0)
        {
            var spike = _spikes[^1];
            if (loss <= spike.Before + Math.Max(0.25 * spike.Height, 2 * spike.Scatter))
            {
                _spikes[^1] = spike with { HealedAfter = (int)(_seen - _open) };
                _open = -1;
            }
            else if (_seen - _open >= PatienceLines)
                _open = -1;
        }
        else if (_seen >= Window && _spikes.Count < Most)
        {
            _ring.CopyTo(_sorted, 0);
            Array.Sort(_sorted);
            var (median, scatter) = ((_sorted[4] + _sorted[5]) / 2, _sorted[7] - _sorted[2]);
            if (loss - median > Math.Max(6 * scatter, 0.04 * Math.Abs(median)))
            {
                _spikes.Add(new LossSpike(update, median, loss - median, scatter, null));
                _open = _seen;
                _seen++;
                return; // a spike is not part of what is usual
            }
        }
        _ring[_seen % Window] = loss;
        _seen++;
    }

    public void RemoveFrom(long update)
    {
        _spikes.RemoveAll(s => s.Update >= update);
        _open = -1;
        _seen = 0;
    }
}
