namespace HubertSharp.Decoding.Prefixes;

/// <summary>
/// A text of <see cref="PrefixSearch"/> at one frame: natural logarithms of probabilities, paths that end in a blank apart from those that
/// end in its last token.
/// </summary>
internal struct PrefixState
{
    /// <summary>Its last token behind the text without it: what two ways to one text have in common.</summary>
    public PrefixTree.Node Text;

    /// <summary>Its number, once it has been kept.</summary>
    public int Prefix;

    /// <summary>Summed over its paths.</summary>
    public double Blank, Label;

    /// <summary>Of the best path alone, which tells when each token was said.</summary>
    public double BestBlank, BestLabel;

    /// <summary>That path's runs of tokens: the last one, and of paths that end in a blank where it ended.</summary>
    public int BlankRun, BlankEnd, LabelRun;

    public float BlankPeak, LabelPeak;

    /// <summary>The last run begins here: it is to be entered behind <see cref="LabelRun"/>, which ended so.</summary>
    public bool IsNewRun;

    public int BeforeEnd;

    public float BeforePeak;

    /// <summary>Last token, or -1 where the next one is new whatever it is.</summary>
    public int Last;

    /// <summary>Place in the tree of words, and words said.</summary>
    public int Node, History;

    /// <summary>log10 of the language model, and what it and the words add to the score; what the rest of the word promises.</summary>
    public double Language, Bonus, Promise;

    public readonly double Acoustic => Sum(Blank, Label);

    public readonly double BestPath => Math.Max(BestBlank, BestLabel);

    public readonly double Rank => Acoustic + Bonus + Promise;

    /// <summary>log(exp a + exp b).</summary>
    public static double Sum(double a, double b)
    {
        if (a < b)
            (a, b) = (b, a);
        return double.IsNegativeInfinity(b) ? a : a + Math.Log(1 + Math.Exp(b - a));
    }
}
