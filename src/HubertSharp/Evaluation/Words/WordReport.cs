using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Words;

/// <summary>One error rate.</summary>
/// <param name="Name"><c>WER</c>, <c>CER</c> or <c>MER</c>.</param>
/// <param name="Rate">Errors per token of the references, with its intervals.</param>
/// <param name="Counts">Hits and errors.</param>
/// <param name="TextsWithErrors">Texts that are not all right.</param>
public sealed record WordFigure(string Name, Estimate Rate, EditCounts Counts, int TextsWithErrors);

/// <summary>The error rates of one system, over all texts or a group of them.</summary>
/// <param name="Hypothesis">The file.</param>
/// <param name="Group">The group, such as a language; null for all.</param>
/// <param name="Texts">How many texts.</param>
/// <param name="EmptyReferences">Of them with an empty reference: what the system writes there are insertions.</param>
/// <param name="Missing">Of them without a hypothesis, counted as empty.</param>
/// <param name="Figures">The rates of the mode.</param>
public sealed record WordScores(
    string Hypothesis, string? Group, int Texts, int EmptyReferences, int Missing, IReadOnlyList<WordFigure> Figures);

/// <summary>How often the first system is better when units are drawn anew (Bisani and Ney 2004).</summary>
/// <param name="Over">What was drawn.</param>
/// <param name="Probability">Share of draws in which it makes fewer errors.</param>
/// <param name="Ties">Share of draws in which both make as many.</param>
public sealed record WordImprovement(ResampledUnit Over, double Probability, double Ties);

/// <summary>One rate of a system less that of another.</summary>
/// <param name="Figure">Which rate.</param>
/// <param name="Group">The group; null for all.</param>
/// <param name="Paired">The difference, from the same draws of both.</param>
/// <param name="Improvements">How sure it is, over each unit.</param>
public sealed record WordDifference(string Figure, string? Group, PairedDifference Paired, IReadOnlyList<WordImprovement> Improvements);

/// <summary>One step of an alignment.</summary>
/// <param name="Reference">Token of the reference; null for an insertion.</param>
/// <param name="Hypothesis">Token of the hypothesis; null for a deletion.</param>
public sealed record AlignedToken(string? Reference, string? Hypothesis);

/// <summary>One text token by token.</summary>
/// <param name="Name">Its name, or its line.</param>
/// <param name="Hypothesis">The file of the hypothesis.</param>
/// <param name="Counts">Hits and errors.</param>
/// <param name="Tokens">The steps.</param>
public sealed record AlignedText(string Name, string Hypothesis, EditCounts Counts, IReadOnlyList<AlignedToken> Tokens);

/// <summary>What <c>hubert score</c> prints.</summary>
/// <param name="Mode">Whose rules.</param>
/// <param name="Rules">What was made equal.</param>
/// <param name="Reference">The file of the references.</param>
/// <param name="ReferenceFormat">How it was read.</param>
/// <param name="Scores">Over all texts and over each group, of each system.</param>
/// <param name="Differences">The hypotheses less those compared with.</param>
/// <param name="Alignments">Where asked for.</param>
public sealed record WordReport(
    ScoringMode Mode, string Rules, string Reference, TranscriptLayout ReferenceFormat, IReadOnlyList<WordScores> Scores,
    IReadOnlyList<WordDifference> Differences, IReadOnlyList<AlignedText> Alignments);
