using System.Globalization;

namespace HubertSharp.Runs.Configuration.Tokenizers;

/// <summary>
/// Several hidden states of a HuBERT model as one: <c>avg</c> is the mean of all, <c>4:0.5,6:0.5</c> a sum with weights. State 0 is what
/// the first layer is given, state N what layer N gives.
/// </summary>
public sealed class LayerMix
{
    /// <summary>The mean of all hidden states.</summary>
    public const string All = "avg";

    private const int MostTerms = 1000;

    private readonly (int Layer, float Weight)[] _terms; // in the order of the layers; none for the mean of all

    private LayerMix((int Layer, float Weight)[] terms) => _terms = terms;

    /// <summary>The deepest layer that it names; 0 where it is of all.</summary>
    public int Deepest => _terms is [.., var last] ? last.Layer : 0;

    /// <summary><c>avg</c>, or <c>LAYER:WEIGHT,LAYER:WEIGHT,…</c> with each layer once; null for anything else.</summary>
    public static LayerMix? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == All)
            return new LayerMix([]);
        var terms = new SortedDictionary<int, float>();
        foreach (var term in text.Split(',').Take(MostTerms + 1))
        {
            if (term.Split(':') is not [var layer, var weight]
                || !int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !float.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value)
                || !terms.TryAdd(number, value))
                return null;
        }
        return terms.Count > MostTerms || terms.Values.All(weight => weight == 0) ? null
            : new LayerMix([.. terms.Select(term => (term.Key, term.Value))]);
    }

    /// <param name="states">All hidden states, as long as each other.</param>
    public float[] Of(IReadOnlyList<float[]> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var sum = new float[states[0].Length];
        foreach (var (layer, weight) in _terms)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += weight * states[layer][i];
        }
        if (_terms.Length > 0)
            return sum;
        foreach (var state in states)
        {
            for (var i = 0; i < sum.Length; i++)
                sum[i] += state[i];
        }
        for (var i = 0; i < sum.Length; i++)
            sum[i] /= states.Count;
        return sum;
    }

    /// <summary>What it is, for a description of features.</summary>
    public override string ToString() => _terms.Length == 0 ? "mean of all hidden states"
        : $"sum of hidden states {string.Join(", ", _terms.Select(term => string.Create(CultureInfo.InvariantCulture,
            $"{term.Layer}:{term.Weight}")))}";
}
