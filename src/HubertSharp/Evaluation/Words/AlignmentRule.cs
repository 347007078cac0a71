namespace HubertSharp.Evaluation.Words;

/// <summary>
/// What an alignment costs, and which of several cheapest ones is taken: the first operation of <paramref name="Preference"/> that lies on
/// one, seen from the end. So the split into substitutions, deletions and insertions is that of the program, not only their sum.
/// </summary>
/// <param name="Substitution">Cost of another token.</param>
/// <param name="Gap">Cost of a deletion or an insertion.</param>
/// <param name="Preference">All four operations, in the order in which they are tried.</param>
internal sealed record AlignmentRule(int Substitution, int Gap, EditOperation[] Preference)
{
    /// <summary>The fewest edits, as jiwer splits them (rapidfuzz: its bit matrix, read from the end).</summary>
    public static AlignmentRule Jiwer { get; } =
        new(1, 1, [EditOperation.Deletion, EditOperation.Substitution, EditOperation.Insertion, EditOperation.Match]);

    /// <summary>The fewest edits, as WeNet's compute-wer.py splits them.</summary>
    public static AlignmentRule Wenet { get; } =
        new(1, 1, [EditOperation.Deletion, EditOperation.Insertion, EditOperation.Match, EditOperation.Substitution]);

    /// <summary>sclite's weights: a substitution is dearer than a deletion or an insertion, and cheaper than both.</summary>
    public static AlignmentRule Sclite { get; } =
        new(4, 3, [EditOperation.Substitution, EditOperation.Match, EditOperation.Insertion, EditOperation.Deletion]);
}
