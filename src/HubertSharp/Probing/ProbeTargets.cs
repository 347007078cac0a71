using HubertSharp.Models.Ctc;
using HubertSharp.Runs;

namespace HubertSharp.Probing;

/// <summary>
/// Labels as numbers of the classes that training has, in ordinal order; CTC's begin at 1, after its blank. A label that training never
/// has is the number behind them, which no head can say.
/// </summary>
internal sealed class ProbeTargets
{
    /// <summary>CTC's blank is s3prl's 0.</summary>
    public const int Blank = 0;

    private readonly ProbingOptions _options;
    private readonly ProbingData _data;
    private readonly Dictionary<string, int> _numbers;

    private ProbeTargets(ProbingOptions options, ProbingData data, IReadOnlyList<string> classes)
    {
        (_options, _data, Classes) = (options, data, classes);
        _numbers = classes.Index().ToDictionary(c => c.Item, c => c.Index + FirstClass, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Classes { get; }

    /// <summary>What a head can say: the classes, and CTC's blank.</summary>
    public int Outputs => Classes.Count + FirstClass;

    private int FirstClass => _options.Task == ProbeTask.CtcPhone ? 1 : 0;

    /// <summary>Finds the classes, and looks at the labels of every set of features before anything long starts.</summary>
    /// <param name="options">The task.</param>
    /// <param name="data">The recordings.</param>
    /// <param name="sources">Opens the features one after the other.</param>
    /// <exception cref="UserException">Labels that no head can learn, or that do not fit the frames.</exception>
    public static ProbeTargets Of(ProbingOptions options, ProbingData data, IEnumerable<Func<IHiddenStates>> sources)
    {
        var (known, other) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var open in sources)
        {
            using var states = open();
            var labels = Labels(options, data, states);
            for (var u = 0; u < labels.Length; u++)
            {
                var utterance = data.Utterances[u];
                (utterance.Split == ProbeSplit.Train ? known : other).UnionWith(labels[u]);
                var frames = states.Frames(utterance.Samples);
                if (frames == 0)
                    throw ProbingFaults.NoFrame(utterance.Part.Path, utterance.Name, states.Name);
                if (options.Task == ProbeTask.CtcPhone && utterance.Split == ProbeSplit.Train && Needed(labels[u]) is var needed
                    && needed > frames)
                    throw ProbingFaults.TooManyLabels(utterance.Part.Path, utterance.Name, states.Name, frames, needed);
            }
        }
        other.ExceptWith(known);
        if (known.Count < 2)
            throw ProbingFaults.OneClass(options.TrainManifests[0], [.. known]);
        return other.Count == 0 || options.CountUnseen
            ? new ProbeTargets(options, data, [.. known])
            : throw ProbingFaults.Unseen(options.ReferencePath ?? options.LabelPaths[0], [.. other]);
    }

    /// <summary>By recording: a class for each frame, the phones in their order, or one class.</summary>
    /// <param name="states">Whose frames they are.</param>
    public int[][] For(IHiddenStates states) =>
        [.. Labels(_options, _data, states).Select(labels => labels.Select(l => _numbers.GetValueOrDefault(l, Outputs)).ToArray())];

    private static IReadOnlyList<string>[] Labels(ProbingOptions options, ProbingData data, IHiddenStates states) =>
        options.Task == ProbeTask.Phone ? ProbeLabels.PerFrame(options, data, states) : [.. data.Utterances.Select(u => u.Labels)];

    private static int Needed(IReadOnlyList<string> labels)
    {
        var numbers = labels.Distinct(StringComparer.Ordinal).Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        return CtcLoss.FramesNeeded(labels.Select(l => numbers[l]).ToArray());
    }
}
