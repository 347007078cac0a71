using System.Text;

namespace HubertSharp.Runs.Labels;

/// <summary>Which cluster a label names: by the dictionary, or by the labels themselves as they come.</summary>
internal sealed class ClusterIds(LabelDictionary? dictionary)
{
    private const int MaximumWithoutDictionary = 1 << 20;
    private const int Numbers = 10_000;
    private readonly LabelDictionary _dictionary = dictionary ?? new LabelDictionary([]);
    private readonly Dictionary<string, int> _met = [];
    private readonly int[] _byNumber = new int[Numbers]; // cluster and 2, for labels that are plain numbers; 0 where none was asked for

    public bool HasDictionary => dictionary is not null;

    /// <summary>Clusters known by now.</summary>
    public int Count => dictionary is null ? _met.Count : dictionary.Count - 4;

    public string Name(int cluster) => dictionary is null ? _met.First(m => m.Value == cluster).Key : dictionary.Symbols[cluster + 4];

    /// <summary>The cluster, or -1 for a label that the dictionary does not know.</summary>
    public int Of(ReadOnlySpan<byte> token)
    {
        if (NumberOf(token) is not (>= 0 and var number))
            return ByName(token);
        if (_byNumber[number] == 0)
            _byNumber[number] = ByName(token) + 2;
        return _byNumber[number] - 2;
    }

    // as k-means writes them; -1 for any other token, and for one that could be written otherwise
    private static int NumberOf(ReadOnlySpan<byte> token)
    {
        if (token.Length is < 1 or > 4 || (token[0] == '0' && token.Length > 1))
            return -1;
        var number = 0;
        foreach (var digit in token)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            number = (10 * number) + (digit - '0');
        }
        return number;
    }

    private int ByName(ReadOnlySpan<byte> token)
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
