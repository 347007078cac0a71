using HubertSharp.Evaluation.Resampling;
using HubertSharp.Runs.Reports;

namespace HubertSharp.Evaluation.Probe;

/// <summary>How well a linear classifier on frozen features names the classes of examples that it has not seen.</summary>
/// <param name="Features">What the features were.</param>
/// <param name="HeldOut">What was held out.</param>
/// <param name="Folds">Parts that were held out in turn; every example is tested once.</param>
/// <param name="Classes">Classes.</param>
/// <param name="Examples">Examples tested, over all folds.</param>
/// <param name="Correct">Examples named correctly.</param>
/// <param name="Accuracy">Their share.</param>
/// <param name="Intervals">95% intervals of the accuracy, over recordings and over speakers.</param>
/// <param name="Chance">1 / classes.</param>
/// <param name="Majority">Accuracy of always naming the commonest class of the training part.</param>
/// <param name="Penalties">The penalty chosen in each fold.</param>
public sealed record ProbeResult(
    FeatureSet Features, HeldOut HeldOut, int Folds, int Classes, int Examples, int Correct,
    double Accuracy, IReadOnlyList<ConfidenceInterval> Intervals, double Chance, double Majority, IReadOnlyList<double> Penalties)
{
    /// <summary>Examples that a classifier learnt from, of the fold with most.</summary>
    public int Learnt { get; init; }

    /// <summary>
    /// The accuracy less those on acoustic features, and less that on the same layer without training, over the same examples.
    /// </summary>
    public IReadOnlyList<FigureDifference> Differences { get; init; } = [];

    /// <summary>The accuracy as sums over recordings.</summary>
    internal ResampledFigure? Figure { get; init; }
}
