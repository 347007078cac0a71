namespace HubertSharp.Evaluation.Probe;

/// <summary>How well a linear classifier on frozen features names the classes of examples that it has not seen.</summary>
/// <param name="Features">What the features were.</param>
/// <param name="HeldOut">What was held out.</param>
/// <param name="Folds">Parts that were held out in turn; every example is tested once.</param>
/// <param name="Classes">Classes.</param>
/// <param name="Examples">Examples tested, over all folds.</param>
/// <param name="Correct">Examples named correctly.</param>
/// <param name="Accuracy">Their share.</param>
/// <param name="Low">Lower end of the 95 % Wilson interval.</param>
/// <param name="High">Upper end of the 95 % Wilson interval.</param>
/// <param name="Chance">1 / classes.</param>
/// <param name="Majority">Accuracy of always naming the commonest class of the training part.</param>
/// <param name="Penalties">The penalty chosen in each fold.</param>
public sealed record ProbeResult(
    FeatureSet Features, HeldOut HeldOut, int Folds, int Classes, int Examples, int Correct,
    double Accuracy, double Low, double High, double Chance, double Majority, IReadOnlyList<double> Penalties);
