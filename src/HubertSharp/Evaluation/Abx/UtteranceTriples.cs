using HubertSharp.Evaluation.Resampling;

namespace HubertSharp.Evaluation.Abx;

/// <summary>
/// What the triples of each three utterances count in a score, in whichever order they give X, A and B. There are U (U + 1) (U + 2) / 6 of
/// them: for few utterances.
/// </summary>
internal sealed class UtteranceTriples
{
    private readonly int[] _places;
    private readonly int _units;
    private readonly long[] _wrong, _all;

    /// <param name="few">The utterances whose items stand in a cell.</param>
    /// <param name="utterances">Utterances in all.</param>
    public UtteranceTriples(int[] few, int utterances)
    {
        (_places, _units) = (new int[utterances], few.Length);
        for (var place = 0; place < few.Length; place++)
            _places[few[place]] = place;
        var size = Index(0, 0, few.Length);
        (_wrong, _all) = (new long[size], new long[size]);
    }

    /// <summary>The sums of several threads.</summary>
    public static UtteranceTriples Sum(int[] few, int utterances, IEnumerable<UtteranceTriples> parts)
    {
        var sum = new UtteranceTriples(few, utterances);
        foreach (var part in parts)
        {
            for (var i = 0; i < sum._all.Length; i++)
            {
                sum._wrong[i] += part._wrong[i];
                sum._all[i] += part._all[i];
            }
        }
        return sum;
    }

    /// <summary>Adds one triple.</summary>
    /// <param name="x">Utterance of X.</param>
    /// <param name="a">Of A.</param>
    /// <param name="b">Of B.</param>
    /// <param name="wrong">What it counts where X is nearer to B.</param>
    /// <param name="all">What it counts.</param>
    public void Add(int x, int a, int b, long wrong, long all)
    {
        var (first, second, third) = (_places[x], _places[a], _places[b]);
        if (first > second)
            (first, second) = (second, first);
        if (second > third)
            (second, third) = (third, second);
        if (first > second)
            (first, second) = (second, first);
        var index = Index(first, second, third);
        _wrong[index] += wrong;
        _all[index] += all;
    }

    /// <summary>What counts against the features, by three utterances, in units of a score of 1.</summary>
    public double[] Wrong(double unit) => Array.ConvertAll(_wrong, value => value * unit);

    /// <summary>What counts at all.</summary>
    public double[] All(double unit) => Array.ConvertAll(_all, value => value * unit);

    /// <summary>The score that the utterances make.</summary>
    /// <param name="names">Theirs.</param>
    /// <param name="wrong">Of <see cref="Wrong"/>, over all processes.</param>
    /// <param name="all">Of <see cref="All"/>.</param>
    public UnitProducts Figure(string[] names, double[] wrong, double[] all)
    {
        var parts = new List<(int First, int Second, int Third, double Above, double Below)>();
        for (int third = 0, index = 0; third < _units; third++)
        {
            for (var second = 0; second <= third; second++)
            {
                for (var first = 0; first <= second; first++, index++)
                {
                    if (all[index] > 0)
                        parts.Add((first, second, third, wrong[index], all[index]));
                }
            }
        }
        return new UnitProducts(names, parts);
    }

    // the place of three numbers that do not fall
    private static int Index(int first, int second, int third) =>
        (third * (third + 1) * (third + 2) / 6) + (second * (second + 1) / 2) + first;
}
