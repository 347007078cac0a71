namespace HubertSharp.Runs.Reports.Probing;

/// <summary>What small heads made of frozen features: <c>probing.json</c>.</summary>
/// <param name="Task">As the command line has it: <c>ctc-phone</c>.</param>
/// <param name="Metric">s3prl's name of the figure: <c>acc</c>, or <c>per</c>, of which less is better.</param>
/// <param name="Classes">Classes that training has.</param>
/// <param name="TrainUtterances">Recordings that were learnt from.</param>
/// <param name="ValidUtterances">Recordings that the best step was chosen on; 0 took the last.</param>
/// <param name="TestUtterances">Recordings that were scored.</param>
/// <param name="LeftOut">Recordings without labels.</param>
/// <param name="Majority">Accuracy of always naming the most frequent class of training; null where phones are spelled.</param>
/// <param name="Normalized">Whether every hidden state was normalised before the sum.</param>
/// <param name="Steps">Steps of every head.</param>
/// <param name="Rows">One for each set of features.</param>
public sealed record ProbingReport(
    string Task, string Metric, int Classes, int TrainUtterances, int ValidUtterances, int TestUtterances, int LeftOut, double? Majority,
    bool Normalized, int Steps, IReadOnlyList<ProbingRow> Rows)
{
    /// <summary>Name of the file in the folder of results.</summary>
    public const string FileName = "probing.json";

    /// <summary>Name of the page beside it.</summary>
    public const string PageName = "probing.html";

    /// <summary>Whether less of the figure is better.</summary>
    public bool IsErrorRate => Metric == "per";
}

/// <summary>The head on one set of features.</summary>
/// <param name="Features"><c>mfcc</c>, <c>runs/it1</c>, <c>random weights (runs/it1)</c>.</param>
/// <param name="Kind"><c>mfcc</c>, <c>fbank</c>, <c>trained</c> or <c>random</c>.</param>
/// <param name="Dimensions">Values per frame.</param>
/// <param name="FrameRate">Frames per second.</param>
/// <param name="LearningRate">The one that was best on the valid split, of several.</param>
/// <param name="Step">The step that was best there.</param>
/// <param name="Valid">The figure there; null without one.</param>
/// <param name="Test">The figure on the test split, with its intervals.</param>
/// <param name="Count">Named rightly, or with <c>per</c> errors.</param>
/// <param name="Of">Frames, phones or utterances.</param>
/// <param name="LayerWeights">What the softmax made of the weights; empty for features without layers.</param>
/// <param name="Differences">Less the others, over the same recordings.</param>
public sealed record ProbingRow(
    string Features, string Kind, int Dimensions, double FrameRate, double LearningRate, long Step, double? Valid,
    Estimate Test, long Count,
    long Of, IReadOnlyList<LayerShare> LayerWeights, IReadOnlyList<ProbingDifference> Differences);

/// <summary>The weight of one hidden state in the sum.</summary>
/// <param name="Layer">0 is what the first layer is given.</param>
/// <param name="Share">All of them sum to 1.</param>
public sealed record LayerShare(int Layer, double Share);

/// <summary>A figure less that of other features.</summary>
/// <param name="Than">The other features.</param>
/// <param name="Paired">The difference.</param>
public sealed record ProbingDifference(string Than, PairedDifference Paired);
