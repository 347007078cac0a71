using HubertSharp.Evaluation.Alignments;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Probing;

/// <summary>
/// Finds the labels of recordings: in a reference of <c>hubert quality</c>, or in files of texts as <c>hubert labels text</c> reads them.
/// </summary>
internal static class ProbeLabels
{
    /// <summary>The rate that frames are counted at where only their being there matters.</summary>
    private const double AnyRate = 100;

    /// <summary>Every recording of the parts in their order; null where the reference does not have it.</summary>
    /// <exception cref="UserException">Not such a reference, or labels that are none of the task.</exception>
    public static List<ProbeUtterance?> OfReference(ProbingOptions options, IReadOnlyList<ProbePart> parts)
    {
        var path = options.ReferencePath!;
        if (options.Task == ProbeTask.Phone)
            return [.. parts.SelectMany(part => OfFrames(options, part))];
        var alignment = AlignmentFormats.Read(path);
        if (options is { Task: ProbeTask.CtcPhone, RemoveDigits: true })
            LabelDigits.Check(path, alignment.SelectMany(u => u.Segments).Select(s => s.Label));
        return [.. parts.SelectMany(part =>
        {
            var named = UtteranceIndex.Named(alignment, part.Manifest).GroupBy(u => u.Name).ToDictionary(u => u.Key, u => u.Last());
            return Names(part.Manifest).Select((name, i) => named.GetValueOrDefault(name) is { } utterance
                ? new ProbeUtterance(part, i, name, utterance.Speaker, Labels(options, path, utterance))
                : null);
        })];
    }

    /// <summary>The same of files of texts, which have every recording.</summary>
    /// <exception cref="UserException">Not such files, or labels that are none of the task.</exception>
    public static List<ProbeUtterance?> OfFiles(ProbingOptions options, IReadOnlyList<ProbePart> parts)
    {
        var paths = options.LabelPaths;
        if (paths.Count != 1 && paths.Count != parts.Count)
            throw ProbingFaults.LabelFiles(paths.Count, parts.Count);
        var together = new Manifest(parts[0].Manifest.Root, [.. parts.SelectMany(part => part.Manifest.Entries)]);
        var texts = paths.Count == 1
            ? TranscriptTexts.Read(paths[0], together, parts[0].Path).Select(t => (t.Text, Where: $"{paths[0]}:{t.Line}")).ToList()
            : [.. parts.SelectMany((part, p) => TranscriptTexts.Read(paths[p], part.Manifest, part.Path)
                .Select(t => (t.Text, Where: $"{paths[p]}:{t.Line}")))];
        var found = new List<ProbeUtterance?>();
        foreach (var part in parts)
        {
            foreach (var (i, name) in Names(part.Manifest).Index())
            {
                var (text, where) = texts[found.Count];
                var labels = Cleaned(options, text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                Check(options.Task, where, name, labels);
                found.Add(new ProbeUtterance(part, i, name, options.Task == ProbeTask.Speaker ? labels[0] : null, labels));
            }
        }
        return found;
    }

    /// <summary>The label of every frame at a rate; the other recordings have theirs in <see cref="ProbeUtterance.Labels"/>.</summary>
    /// <param name="options">The reference.</param>
    /// <param name="data">The recordings.</param>
    /// <param name="states">Whose frames they are.</param>
    /// <returns>By recording.</returns>
    /// <exception cref="UserException">Another number of labels than frames.</exception>
    public static IReadOnlyList<string>[] PerFrame(ProbingOptions options, ProbingData data, IHiddenStates states)
    {
        var labels = new IReadOnlyList<string>[data.Utterances.Count];
        foreach (var part in data.Utterances.Index().GroupBy(u => u.Item.Part))
        {
            var frames = new FrameLabels();
            foreach (var (_, utterance) in part)
                frames.Set(utterance.Name, new int[states.Frames(utterance.Samples)]);
            var reference = References.Open(options.ReferencePath!, part.Key.Manifest, options.RemoveDigits);
            reference.CheckLength(frames, states.FrameRate);
            var found = reference.For(frames, states.FrameRate);
            foreach (var (place, utterance) in part)
            {
                var (expected, numbers) = (frames.Utterances[utterance.Name].Length, found.Utterances[utterance.Name]);
                if (Math.Abs(numbers.Length - expected) > FrameSlack)
                    throw ProbingFaults.FrameCount(options.ReferencePath!, utterance.Name, states.Name, expected, numbers.Length);
                labels[place] = [.. numbers.Take(expected).Select(number => found.Symbols[number])];
            }
        }
        return labels;
    }

    /// <summary>Frames at an utterance's end that one program has and another has not.</summary>
    private const int FrameSlack = 3;

    private static IEnumerable<ProbeUtterance?> OfFrames(ProbingOptions options, ProbePart part)
    {
        var frames = new FrameLabels();
        foreach (var (entry, name) in part.Manifest.Entries.Zip(Names(part.Manifest)))
            frames.Set(name, new int[entry.LengthSamples * (int)AnyRate / SamplingRate.Hz]);
        var found = References.Open(options.ReferencePath!, part.Manifest, options.RemoveDigits).For(frames, AnyRate);
        return Names(part.Manifest).Select((name, i) =>
            found.Utterances.ContainsKey(name) ? new ProbeUtterance(part, i, name, found.SpeakerOf(name), []) : null);
    }

    private static IEnumerable<string> Names(Manifest manifest) => manifest.Entries.Select(e => UtteranceIndex.NameOf(e.RelativePath));

    private static string[] Labels(ProbingOptions options, string path, AlignedUtterance utterance)
    {
        if (options.Task == ProbeTask.Speaker)
            return [utterance.Speaker ?? throw ProbingFaults.NoSpeaker(path, utterance.Name)];
        var labels = Cleaned(options, utterance.Segments.Select(segment => segment.Label));
        if (options.Task != ProbeTask.CtcPhone)
            labels = [.. labels.Distinct(StringComparer.Ordinal)];
        Check(options.Task, path, utterance.Name, labels);
        return labels;
    }

    // a class of an utterance may be a number
    private static string[] Cleaned(ProbingOptions options, IEnumerable<string> labels) =>
        [.. options is { Task: ProbeTask.CtcPhone, RemoveDigits: true } ? labels.Select(FrameLabelFiles.WithoutDigits) : labels];

    private static void Check(ProbeTask task, string where, string utterance, string[] labels)
    {
        if (labels.Length == 0 || labels.Any(label => label.Length == 0))
            throw ProbingFaults.NoLabel(where, utterance);
        if (task != ProbeTask.CtcPhone && labels.Length > 1)
            throw ProbingFaults.SeveralLabels(where, utterance, labels);
    }
}
