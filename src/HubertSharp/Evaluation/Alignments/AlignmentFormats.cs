using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Alignments of any format: in samples (<see cref="AlignmentFile"/>), TextGrid, CTM, LibriSpeech's word alignments, TIMIT's .PHN; one
/// file, or a folder of them.
/// </summary>
internal static class AlignmentFormats
{
    private static readonly string[] Endings = [".textgrid", ".ctm", ".alignment.txt", ".phn"];

    /// <summary>The utterances of an alignment; null where the file is none.</summary>
    /// <exception cref="UserException">Missing or malformed.</exception>
    public static IReadOnlyList<AlignedUtterance>? TryRead(string path) =>
        Directory.Exists(path) ? Folder(path) : TryFile(path, UtteranceIndex.NameOf(Path.GetFileName(path)), folder: null);

    /// <summary>The same where nothing but an alignment will do.</summary>
    /// <exception cref="UserException">Missing, malformed, or no alignment.</exception>
    public static IReadOnlyList<AlignedUtterance> Read(string path) => TryRead(path) ?? throw EvaluationFaults.NotAnAlignment(path);

    private static List<AlignedUtterance> Folder(string path)
    {
        var found = new List<AlignedUtterance>();
        foreach (var file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(f => Endings.Any(e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase))))
        {
            var relative = Path.GetRelativePath(path, file);
            found.AddRange(TryFile(file, UtteranceIndex.NameOf(relative), Path.GetFileName(Path.GetDirectoryName(relative)))
                ?? throw EvaluationFaults.NotAnAlignment(file));
        }
        return found.Count > 0 ? found : throw EvaluationFaults.NoAlignments(path, Endings);
    }

    private static IReadOnlyList<AlignedUtterance>? TryFile(string path, string name, string? folder)
    {
        var first = FrameLabelFiles.Lines(path).Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 0 && !line.StartsWith(";;", StringComparison.Ordinal)) ?? "";
        bool Ends(string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
        // one file per utterance lies in a folder of its speaker, as forced aligners and TIMIT have it
        var speaker = string.IsNullOrEmpty(folder) ? TimedLines.SpeakerOf(name) : folder;
        if (AlignmentFile.IsAlignment(path))
            return AlignmentFile.Read(path);
        if (TextGridFile.Matches(first))
            return [TextGridFile.Read(path, name, speaker)];
        if (TimedLines.IsLibriSpeech(first))
            return NotEmpty(path, TimedLines.ReadLibriSpeech(path));
        if (Ends(".ctm") || TimedLines.IsCtm(first))
            return NotEmpty(path, TimedLines.ReadCtm(path));
        return Ends(".phn") && TimedLines.IsTimit(first) ? [TimedLines.ReadTimit(path, name, speaker)] : null;
    }

    private static List<AlignedUtterance> NotEmpty(string path, IEnumerable<AlignedUtterance> utterances) =>
        utterances.ToList() is { Count: > 0 } found ? found : throw EvaluationFaults.AlignmentEmpty(path);
}
