namespace HubertSharp.Decoding;

/// <summary>How text is searched for, and what weighs how much.</summary>
public sealed record SearchOptions
{
    public SearchKind Kind { get; init; } = SearchKind.Beam;

    /// <summary>Hypotheses that are kept at each frame.</summary>
    public int Beam { get; init; } = 50;

    /// <summary>Tokens that are looked at in each frame, the best ones.</summary>
    public int BeamTokens { get; init; } = 50;

    /// <summary>What lies further below the best hypothesis is dropped.</summary>
    public double BeamThreshold { get; init; } = 50;

    /// <summary><see cref="SearchKind.Beam"/>: tokens further below the frame's best are not looked at, in natural logarithms.</summary>
    public double TokenThreshold { get; init; } = 12;

    /// <summary>
    /// Of the language model: on natural logarithms in <see cref="SearchKind.Beam"/>, on log10 in <see cref="SearchKind.Flashlight"/>.
    /// </summary>
    public double LanguageWeight { get; init; } = 0.5;

    /// <summary>Added for each word.</summary>
    public double WordScore { get; init; } = 1.5;

    /// <summary><see cref="SearchKind.Flashlight"/>: added for each frame of silence.</summary>
    public double SilenceScore { get; init; }

    /// <summary>Added for each word that is not known; -infinity allows none.</summary>
    public double UnknownScore { get; init; } = double.NegativeInfinity;

    /// <summary><see cref="SearchKind.Flashlight"/>: the paths of one text add up instead of the best counting.</summary>
    public bool LogAdd { get; init; }

    /// <summary>Whether the language model scores the ends of a recording as those of a sentence.</summary>
    public bool SentenceEnds { get; init; } = true;

    /// <summary>Readings that come out.</summary>
    public int NBest { get; init; } = 1;
}
