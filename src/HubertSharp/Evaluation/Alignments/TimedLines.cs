using System.Globalization;
using System.Text.RegularExpressions;
using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>Alignments of one line per segment or per utterance: CTM, LibriSpeech's word alignments, TIMIT's .PHN.</summary>
internal static partial class TimedLines
{
    /// <summary>Whether a first line is one of a CTM: utterance, channel, start and length in seconds, label.</summary>
    public static bool IsCtm(string line) => Ctm().IsMatch(line);

    /// <summary>Whether a first line is one of LibriSpeech's alignments: utterance, words in quotes, their ends in quotes.</summary>
    public static bool IsLibriSpeech(string line) => LibriSpeech().IsMatch(line);

    /// <summary>Whether a first line is one of TIMIT's: first sample, the one after the last, label.</summary>
    public static bool IsTimit(string line) => Timit().IsMatch(line);

    /// <summary><c>utterance channel start length label [confidence]</c>, seconds; ';;' begins a comment.</summary>
    /// <exception cref="UserException">A line of another shape.</exception>
    public static IEnumerable<AlignedUtterance> ReadCtm(string path)
    {
        var utterances = new Dictionary<string, SegmentList>(StringComparer.Ordinal);
        foreach (var (line, number) in Lines(path))
        {
            if (line.StartsWith(";;", StringComparison.Ordinal))
                continue;
            var columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length < 5 || !TrySeconds(columns[2], out var start) || !TrySeconds(columns[3], out var length))
                throw EvaluationFaults.TimedLine(path, number, "utterance channel start length label");
            if (!utterances.TryGetValue(columns[0], out var segments))
                utterances.Add(columns[0], segments = new SegmentList(path));
            segments.Add(columns[4], start, start + length, number);
        }
        return utterances.Select(u => u.Value.Utterance(u.Key, SpeakerOf(u.Key)));
    }

    /// <summary>
    /// <c>84-121123-0000 ",GO,,DO" "0.490,0.890,1.270,1.380"</c>: words and where each ends, in seconds; none is silence.
    /// </summary>
    /// <exception cref="UserException">A line of another shape.</exception>
    public static IEnumerable<AlignedUtterance> ReadLibriSpeech(string path)
    {
        foreach (var (line, number) in Lines(path))
        {
            if (LibriSpeech().Match(line) is not { Success: true } match
                || match.Groups[2].Value.Split(',') is not { } words
                || match.Groups[3].Value.Split(',') is not { } ends
                || words.Length != ends.Length)
                throw EvaluationFaults.TimedLine(path, number, "utterance \"word,word,...\" \"end,end,...\"");
            var segments = new SegmentList(path);
            var start = 0.0;
            for (var i = 0; i < words.Length; i++)
            {
                if (!TrySeconds(ends[i], out var end))
                    throw EvaluationFaults.TimedLine(path, number, "ends in seconds");
                segments.Add(words[i], start, end, number);
                start = end;
            }
            yield return segments.Utterance(match.Groups[1].Value, SpeakerOf(match.Groups[1].Value));
        }
    }

    /// <summary><c>first end label</c> in samples at 16 kHz; one utterance per file.</summary>
    /// <exception cref="UserException">A line of another shape.</exception>
    public static AlignedUtterance ReadTimit(string path, string name, string? speaker)
    {
        var segments = new SegmentList(path);
        foreach (var (line, number) in Lines(path))
        {
            if (Timit().Match(line) is not { Success: true } match
                || !long.TryParse(match.Groups[1].Value, out var start) || !long.TryParse(match.Groups[2].Value, out var end))
                throw EvaluationFaults.TimedLine(path, number, "first end label, in samples");
            segments.Add(match.Groups[3].Value, start, end, number);
        }
        return segments.Utterance(name, speaker);
    }

    /// <summary>The speaker of LibriSpeech's and Kaldi's names, what stands before the first '-'; null where there is none.</summary>
    public static string? SpeakerOf(string utterance) =>
        Path.GetFileName(utterance) is var name && name.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? name[..dash] : null;

    private static IEnumerable<(string Line, int Number)> Lines(string path) =>
        FrameLabelFiles.Lines(path).Select((line, i) => (line.Trim(), i + 1)).Where(l => l.Item1.Length > 0);

    private static bool TrySeconds(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && double.IsFinite(seconds);

    // a row of cluster numbers has no point
    [GeneratedRegex(@"^\s*\S+\s+\S+\s+(\d*\.\d+\s+\d+(\.\d+)?|\d+\s+\d*\.\d+)\s+\S+(\s+\S+)*\s*$")]
    private static partial Regex Ctm();

    [GeneratedRegex(@"^\s*(\S+)\s+""([^""]*)""\s+""([0-9.,eE+-]*)""\s*$")]
    private static partial Regex LibriSpeech();

    [GeneratedRegex(@"^\s*([0-9]+)\s+([0-9]+)\s+(\S+)\s*$")]
    private static partial Regex Timit();
}
