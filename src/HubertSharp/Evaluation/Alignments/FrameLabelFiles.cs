using System.Text.RegularExpressions;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>Reads the text files that hold one label per frame.</summary>
/// <remarks>Memory: at most 160 bytes per byte of the file, and 1 MiB.</remarks>
internal static partial class FrameLabelFiles
{
    /// <summary>
    /// Cluster labels (<c>.km</c>): line i belongs to the manifest's utterance i, which is named by its path without extension.
    /// </summary>
    /// <param name="path">The label file, labels separated by spaces.</param>
    /// <param name="manifest">The manifest that the labels were made from.</param>
    /// <param name="pad">How often the first and last label of each utterance are repeated (labels of spliced features).</param>
    /// <param name="upsample">How often each label is repeated, after the padding.</param>
    /// <exception cref="UserException">Missing, an empty line, or another number of lines than the manifest.</exception>
    public static FrameLabels ReadClusters(string path, Manifest manifest, int pad = 0, int upsample = 1)
    {
        var labels = new FrameLabels();
        var count = 0;
        foreach (var line in Lines(path))
        {
            if (count++ >= manifest.Entries.Count)
                continue;
            var sequence = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (sequence.Length == 0)
                throw EvaluationFaults.EmptyLine(path, count);
            labels.Set(UtteranceIndex.NameOf(manifest.Entries[count - 1].RelativePath), Stretch(sequence, labels, pad, upsample));
        }
        return count == manifest.Entries.Count ? labels : throw EvaluationFaults.LineCount(path, manifest.Entries.Count, count);
    }

    /// <summary>Reference phones as the reference script reads them: <c>name TAB phone,phone,...</c>, one phone per frame.</summary>
    /// <param name="path">The file.</param>
    /// <param name="removeDigits">Drop stress and tone digits, as the reference always does.</param>
    /// <exception cref="UserException">Missing, or a line of another shape.</exception>
    public static FrameLabels ReadPhones(string path, bool removeDigits = true)
    {
        var labels = new FrameLabels();
        var whole = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in Lines(path))
        {
            number++;
            var columns = line.TrimEnd().Split('\t');
            if (columns.Length != 2)
                throw EvaluationFaults.PhoneLine(path, number, columns.Length);
            var phones = columns[1].Split(',');
            whole.UnionWith(phones);
            labels.Set(columns[0], phones.Select(phone => removeDigits ? WithoutDigits(phone) : phone));
        }
        if (removeDigits)
            LabelDigits.Check(path, whole);
        return labels;
    }

    /// <summary>A label without its stress or tone digits: <c>AA0</c> becomes <c>AA</c>.</summary>
    internal static string WithoutDigits(string label) => AsciiDigits().Replace(label, "");

    internal static IEnumerable<string> Lines(string path)
    {
        if (!File.Exists(path))
            throw EvaluationFaults.Missing(path);
        return RegularFile.ReadLines(path);
    }

    private static int[] Stretch(string[] sequence, FrameLabels labels, int pad, int upsample)
    {
        var stretched = new int[checked((sequence.Length + 2 * pad) * upsample)];
        for (var t = 0; t < stretched.Length; t++)
            stretched[t] = labels.IdOf(sequence[Math.Clamp(t / upsample - pad, 0, sequence.Length - 1)]);
        return stretched;
    }

    [GeneratedRegex("[0-9]")]
    private static partial Regex AsciiDigits();
}
