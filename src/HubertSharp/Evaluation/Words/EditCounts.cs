namespace HubertSharp.Evaluation.Words;

/// <summary>How the tokens of a reference and a hypothesis pair up.</summary>
/// <param name="Hits">Tokens that are right.</param>
/// <param name="Substitutions">Tokens that are others.</param>
/// <param name="Deletions">Tokens of the reference that are missing.</param>
/// <param name="Insertions">Tokens too many.</param>
public readonly record struct EditCounts(long Hits, long Substitutions, long Deletions, long Insertions)
{
    public long Errors => Substitutions + Deletions + Insertions;

    public long ReferenceTokens => Hits + Substitutions + Deletions;

    public long HypothesisTokens => Hits + Substitutions + Insertions;

    /// <summary>Errors per token of the reference; of an empty reference the insertions, as jiwer has it.</summary>
    public double Rate => ReferenceTokens == 0 ? Insertions : (double)Errors / ReferenceTokens;

    /// <summary>jiwer's match error rate: the errors among all pairs of the alignment.</summary>
    public double MatchErrorRate => Errors == 0 ? 0 : (double)Errors / (Hits + Errors);

    /// <summary>jiwer's word information lost.</summary>
    public double WordInformationLost => ReferenceTokens + HypothesisTokens == 0 ? 0
        : Hits == 0 ? 1
        : 1 - ((double)Hits / ReferenceTokens * ((double)Hits / HypothesisTokens));

    public static EditCounts operator +(EditCounts a, EditCounts b) => Add(a, b);

    public static EditCounts Add(EditCounts a, EditCounts b) =>
        new(a.Hits + b.Hits, a.Substitutions + b.Substitutions, a.Deletions + b.Deletions, a.Insertions + b.Insertions);
}
