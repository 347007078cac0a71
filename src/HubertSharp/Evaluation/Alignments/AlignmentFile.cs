using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Reads an alignment: a header line whose first column is <c>utt</c>, then per utterance its name, speaker, length in samples, and
/// <c>label:start:end label:start:end ...</c> in samples at 16 kHz, end exclusive (<c>zh_labels.tsv</c>, <c>*.phn.tsv</c>).
/// </summary>
/// <remarks>Memory: at most 64 bytes per byte of the file, and 1 MiB.</remarks>
internal static class AlignmentFile
{
    private const int Columns = 4;

    /// <summary>Whether the file starts like an alignment; frame labels and clusters do not.</summary>
    public static bool IsAlignment(string path) =>
        FrameLabelFiles.Lines(path).FirstOrDefault()?.StartsWith("utt\t", StringComparison.Ordinal) == true;

    /// <exception cref="UserException">Missing or malformed, with the line.</exception>
    public static IReadOnlyList<AlignedUtterance> Read(string path)
    {
        var utterances = new List<AlignedUtterance>();
        var number = 0;
        foreach (var line in FrameLabelFiles.Lines(path))
        {
            if (++number == 1)
                continue;
            var columns = line.Split('\t');
            if (columns.Length != Columns)
                throw EvaluationFaults.AlignmentColumns(path, number, Columns, columns.Length);
            if (!long.TryParse(columns[2], out var samples) || samples <= 0)
                throw EvaluationFaults.AlignmentLength(path, number, columns[2]);
            utterances.Add(new AlignedUtterance(columns[0], columns[1].Length == 0 ? null : columns[1], samples,
                Segments(path, number, columns[3], samples)));
        }
        return utterances.Count > 0 ? utterances : throw EvaluationFaults.AlignmentEmpty(path);
    }

    private static List<AlignedSegment> Segments(string path, int line, string text, long samples)
    {
        var segments = new List<AlignedSegment>();
        foreach (var token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var second = token.LastIndexOf(':');
            var first = second > 0 ? token.LastIndexOf(':', second - 1) : -1;
            if (first <= 0
                || !long.TryParse(token.AsSpan(first + 1, second - first - 1), out var start)
                || !long.TryParse(token.AsSpan(second + 1), out var end))
                throw EvaluationFaults.AlignmentSegment(path, line, token, "label:start:end");
            var earliest = segments.Count == 0 ? 0 : segments[^1].EndSample;
            if (start < earliest || end <= start || end > samples)
                throw EvaluationFaults.AlignmentSegment(path, line, token, $"a range within {earliest}..{samples}, in order of time");
            segments.Add(new AlignedSegment(token[..first], start, end));
        }
        return segments;
    }
}
