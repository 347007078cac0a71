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
        var (count, foldOf) = options.HeldOut switch
        {
            HeldOut.Speaker =>
                Deal(examples, options.MaxFolds, e => e.Speaker, names => names.Order(StringComparer.Ordinal), EvaluationFaults.OneSpeaker),
            HeldOut.Recording => Deal(examples, options.MaxFolds, e => e.Recording,
                names => names.OrderBy(n => Hash(n, options.Seed)).ThenBy(n => n, StringComparer.Ordinal), EvaluationFaults.OneRecording),
            _ => (options.MaxFolds, [.. examples.Select(e => (int)(Hash(e.Pronunciation, options.Seed) % (ulong)options.MaxFolds))]),
        };
        var labels = examples.Select((example, i) => (example.Label, Fold: foldOf[i])).GroupBy(e => e.Label)
            .Select(label => (Name: label.Key, Examples: label.Count(),
                Kept: Enumerable.Range(0, count).Min(fold => label.Count(e => e.Fold != fold)))).ToList();
        var classes = labels.Where(label => label.Kept >= options.MinExamplesPerClass)
            .Select(label => label.Name).Order(StringComparer.Ordinal).ToArray();
        if (classes.Length < 2)
            throw TooFew(examples.Count, count, labels, options);
        return examples.Any(e => e.IsScored && classes.Contains(e.Label, StringComparer.Ordinal))
            ? new ProbeFolds(foldOf, count, classes)
            : throw EvaluationFaults.NothingToTest(examples.Count(e => e.IsScored), options.MinExamplesPerClass);
    }

    private static UserException TooFew(int examples, int folds, List<(string Name, int Examples, int Kept)> labels, ProbeOptions options)
    {
        var others = labels.Where(label => label.Kept < options.MinExamplesPerClass)
            .OrderByDescending(label => label.Kept).ThenByDescending(label => label.Examples)
            .ThenBy(label => label.Name, StringComparer.Ordinal).ToList();
        return EvaluationFaults.TooFewProbeExamples(options.MinExamplesPerClass,
            $"{Counted.Of(examples, "example")} of {labels.Count} {(labels.Count == 1 ? "class" : "classes")}, "
            + $"{Counted.Of(folds, "fold")} by {options.HeldOut.ToString().ToLowerInvariant()}",
            labels.Count - others.Count,
            others is [var (name, all, kept), ..] ? $"'{PrintableText.Of(name, 40)}', keeps {kept} of its {all}" : null);
    }

    /// <summary>
    /// What a classifier learns from where a training part is long: whole recordings in the seed's order, until there are
    /// <see cref="ProbeOptions.MostExamples"/>.
    /// </summary>
    public static int[] Learnt(IReadOnlyList<ProbeExample> examples, int[] training, ProbeOptions options)
    {
        if (training.Length <= options.MostExamples)
            return training;
        var learnt = new List<int>(options.MostExamples);
        foreach (var recording in training.GroupBy(i => examples[i].Recording)
            .OrderBy(r => Hash(r.Key, options.Seed + 2)).ThenBy(r => r.Key, StringComparer.Ordinal))
        {
            learnt.AddRange(recording);
            if (learnt.Count >= options.MostExamples)
                break;
        }
        return [.. learnt.Order()];
    }

    /// <summary>
    /// Takes about a fifth out of a training part to choose the penalty on: whole pronunciations, or recordings where those are held out,
    /// and never all of a class.
    /// </summary>
    public static (int[] Fit, int[] HeldOut) HoldOut(
        IReadOnlyList<ProbeExample> examples, IReadOnlyList<int> training, ulong seed, HeldOut held = Probe.HeldOut.Speaker)
    {
        var fit = new List<int>();
        var heldOut = new List<int>();
        foreach (var label in training.GroupBy(i => examples[i].Label))
        {
            var groups = label.GroupBy(i => held == Probe.HeldOut.Recording ? examples[i].Recording : examples[i].Pronunciation)
                .OrderBy(group => Hash(group.Key, seed)).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
            for (var r = 0; r < groups.Length; r++)
            {
                var isHeldOut = r > 0 && Hash(groups[r].Key, seed + 1) % 4 == 0;
                (isHeldOut ? heldOut : fit).AddRange(groups[r]);
            }
        }
        return ([.. fit.Order()], [.. heldOut.Order()]);
    }

    /// <summary>Whole groups in turn to the folds.</summary>
    private static (int Count, int[] FoldOf) Deal(
        IReadOnlyList<ProbeExample> examples, int maxFolds, Func<ProbeExample, string> groupOf,
        Func<IEnumerable<string>, IEnumerable<string>> order, Func<UserException> tooFew)
    {
        var place = order(examples.Select(groupOf).Distinct()).Select((name, i) => (name, i))
            .ToDictionary(g => g.name, g => g.i, StringComparer.Ordinal);
        if (place.Count < 2)
            throw tooFew();
        var count = Math.Min(maxFolds, place.Count);
        return (count, [.. examples.Select(e => place[groupOf(e)] % count)]);
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
