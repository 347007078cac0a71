using System.Text;

namespace HubertSharp.Runs.Labels;

/// <summary>Which cluster a label names: by the dictionary, or by the labels themselves as they come.</summary>
internal sealed class ClusterIds(LabelDictionary? dictionary)
{
    private const int MaximumWithoutDictionary = 1 << 20;
    private readonly LabelDictionary _dictionary = dictionary ?? new LabelDictionary([]);
    private readonly Dictionary<string, int> _met = [];

    public bool HasDictionary => dictionary is not null;

    /// <summary>Clusters known by now.</summary>
    public int Count => dictionary is null ? _met.Count : dictionary.Count - 4;

    public string Name(int cluster) => dictionary is null ? _met.First(m => m.Value == cluster).Key : dictionary.Symbols[cluster + 4];

    /// <summary>The cluster, or -1 for a label that the dictionary does not know.</summary>
    public int Of(ReadOnlySpan<byte> token)
    {
        if (dictionary is not null)
            return Math.Max(-1, LabelTokens.IndexOf(_dictionary, token) - 4);
        var name = Encoding.UTF8.GetString(token);
        if (!_met.TryGetValue(name, out var cluster))
        {
            if (_met.Count == MaximumWithoutDictionary)
                return -1;
            _met.Add(name, cluster = _met.Count);
        }
        return cluster;
    }
}
