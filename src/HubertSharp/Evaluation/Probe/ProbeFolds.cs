using System.Text;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Probe;

/// <summary>Which examples are held out together, and which classes have enough examples in every training part.</summary>
internal sealed class ProbeFolds
{
    private ProbeFolds(int[] foldOf, int count, string[] classes)
    {
        FoldOf = foldOf;
        Count = count;
        Classes = classes;
    }

    /// <summary>Per example, the fold that tests it.</summary>
    public int[] FoldOf { get; }

    public int Count { get; }

    /// <summary>The classes that take part, in ordinal order.</summary>
    public string[] Classes { get; }

    /// <exception cref="UserException">Only one speaker to hold out, or fewer than two classes with enough examples.</exception>
    public static ProbeFolds Create(IReadOnlyList<ProbeExample> examples, ProbeOptions options)
    {
        var speakers = examples.Select(e => e.Speaker).Distinct().Order(StringComparer.Ordinal).ToList();
        var bySpeaker = options.HeldOut == HeldOut.Speaker;
        if (bySpeaker && speakers.Count < 2)
            throw EvaluationFaults.OneSpeaker();
        var count = bySpeaker ? Math.Min(options.MaxFolds, speakers.Count) : options.MaxFolds;
        var foldOf = examples
            .Select(e => bySpeaker ? speakers.IndexOf(e.Speaker) % count : (int)(Hash(e.Recording, options.Seed) % (ulong)count)).ToArray();
        var classes = examples.Select((example, i) => (example.Label, Fold: foldOf[i])).GroupBy(e => e.Label)
            .Where(label => Enumerable.Range(0, count).All(fold => label.Count(e => e.Fold != fold) >= options.MinExamplesPerClass))
            .Select(label => label.Key).Order(StringComparer.Ordinal).ToArray();
        return classes.Length > 1
            ? new ProbeFolds(foldOf, count, classes)
            : throw EvaluationFaults.TooFewProbeExamples(examples.Count, options.MinExamplesPerClass);
    }

    /// <summary>
    /// Takes about a fifth out of a training part to choose the penalty on: whole recordings, and never all of a class.
    /// </summary>
    public static (int[] Fit, int[] HeldOut) HoldOut(IReadOnlyList<ProbeExample> examples, IReadOnlyList<int> training, ulong seed)
    {
        var fit = new List<int>();
        var heldOut = new List<int>();
        foreach (var label in training.GroupBy(i => examples[i].Label))
        {
            var recordings = label.GroupBy(i => examples[i].Recording)
                .OrderBy(recording => Hash(recording.Key, seed)).ThenBy(recording => recording.Key, StringComparer.Ordinal).ToArray();
            for (var r = 0; r < recordings.Length; r++)
            {
                var isHeldOut = r > 0 && Hash(recordings[r].Key, seed + 1) % 4 == 0;
                (isHeldOut ? heldOut : fit).AddRange(recordings[r]);
            }
        }
        return ([.. fit.Order()], [.. heldOut.Order()]);
    }

    /// <summary>FNV-1a with a final mix: the same on every machine, unlike the runtime's own string hash.</summary>
    private static ulong Hash(string text, ulong seed)
    {
        var hash = 14695981039346656037UL ^ seed;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 1099511628211UL;
        hash = (hash ^ (hash >> 31)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 29);
    }
}
