using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Collects the segments of one utterance whose times come in seconds, in order of time. What names silence becomes a gap, as in an
/// alignment in samples.
/// </summary>
/// <param name="path">The file, for messages.</param>
internal sealed class SegmentList(string path)
{
    private const long RoundedSamples = 320; // times are written in hundredths, neighbours may overlap by as much

    // what forced aligners write where nobody speaks
    private static readonly HashSet<string> Silences = new(["", "sil", "sp", "<eps>", "<sil>", "h#"], StringComparer.OrdinalIgnoreCase);

    public List<AlignedSegment> Segments { get; } = [];

    /// <summary>The sample after the last one that the file speaks of, silence included.</summary>
    public long EndSample { get; private set; }

    /// <exception cref="UserException">Times that run backwards.</exception>
    public void Add(string label, double startSeconds, double endSeconds, int line)
    {
        var name = label.Trim().Replace(' ', '_');
        if (!(startSeconds >= 0 && endSeconds >= startSeconds && endSeconds < int.MaxValue))
            throw EvaluationFaults.SegmentTimes(path, line, name, startSeconds, endSeconds);
        Add(name, (long)Math.Round(startSeconds * SamplingRate.Hz), (long)Math.Round(endSeconds * SamplingRate.Hz), line);
    }

    /// <summary>The same with times in samples.</summary>
    public void Add(string label, long startSample, long endSample, int line)
    {
        var earliest = Segments.Count == 0 ? 0 : Segments[^1].EndSample;
        EndSample = Math.Max(EndSample, endSample);
        if (Silences.Contains(label))
            return;
        if (endSample < startSample || startSample < earliest - RoundedSamples)
            throw EvaluationFaults.SegmentOrder(path, line, label, startSample, earliest);
        startSample = Math.Max(startSample, earliest);
        if (endSample > startSample)
            Segments.Add(new AlignedSegment(label, startSample, endSample));
    }

    /// <summary>The utterance; its end is only where the file's last time stands.</summary>
    public AlignedUtterance Utterance(string name, string? speaker) =>
        new(name, speaker, Math.Max(1, EndSample), Segments) { IsApproximate = true };
}
