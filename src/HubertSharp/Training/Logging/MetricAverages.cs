namespace HubertSharp.Training.Logging;

/// <summary>
/// fairseq's meters over one log interval: weighted means in the order in which the keys first came. Serialisable, so that an
/// interval that a stop cuts in two is logged as if nothing had happened.
/// </summary>
internal sealed class MetricAverages
{
    private readonly Dictionary<string, (double Sum, double Weight)> _meters;

    public MetricAverages()
        : this([])
    {
    }

    private MetricAverages(Dictionary<string, (double Sum, double Weight)> meters) => _meters = meters;

    public void Add(string key, double value, double weight = 1)
    {
        var (sum, total) = _meters.GetValueOrDefault(key);
        _meters[key] = (sum + (value * weight), total + weight);
    }

    public bool Has(string key) => _meters.TryGetValue(key, out var m) && m.Weight != 0;

    public double Mean(string key) => _meters.TryGetValue(key, out var m) && m.Weight != 0 ? m.Sum / m.Weight : double.NaN;

    public double Sum(string key) => _meters.GetValueOrDefault(key).Sum;

    public IEnumerable<(string Key, double Mean)> Means() =>
        _meters.Where(m => m.Value.Weight != 0).Select(m => (m.Key, m.Value.Sum / m.Value.Weight));

    public void Reset() => _meters.Clear();

    /// <summary>The state as key → [sum, weight].</summary>
    public Dictionary<string, double[]> Save() => _meters.ToDictionary(m => m.Key, m => new[] { m.Value.Sum, m.Value.Weight });

    public static MetricAverages Restore(IReadOnlyDictionary<string, double[]> state) =>
        new(state.ToDictionary(m => m.Key, m => (m.Value[0], m.Value[1])));
}
