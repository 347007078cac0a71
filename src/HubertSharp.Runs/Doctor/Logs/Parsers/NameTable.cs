using System.Text;

namespace HubertSharp.Runs.Doctor.Logs.Parsers;

/// <summary>
/// Remembers what the names of a log mean. A log repeats its names in one order, so that the next name is nearly always the one
/// that followed last time: one comparison, no allocation.
/// </summary>
internal sealed class NameTable
{
    private const int Maximum = 512;
    private const int LongestName = 128;
    private readonly List<(byte[] Name, MetricName Meaning)> _entries = [];
    private readonly LineKind? _scope;
    private int _next;

    public NameTable(LineKind? scope = null) => _scope = scope;

    public MetricName Find(ReadOnlySpan<byte> name)
    {
        if (_next < _entries.Count && name.SequenceEqual(_entries[_next].Name))
            return _entries[_next++].Meaning;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (name.SequenceEqual(_entries[i].Name))
            {
                _next = i + 1;
                return _entries[i].Meaning;
            }
        }
        if (_entries.Count == Maximum || name.Length > LongestName)
            return MetricName.Unknown;
        var meaning = MetricName.Of(Encoding.UTF8.GetString(name), _scope);
        _entries.Add((name.ToArray(), meaning));
        _next = _entries.Count;
        return meaning;
    }
}
