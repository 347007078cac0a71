using HubertSharp.Runs;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>
/// Whether labels are still labels without their tone or stress digits. Where digits are all that a label has (numbers of clusters, of
/// phones), removing them leaves one class, and every score of it is an accident.
/// </summary>
internal static class LabelDigits
{
    /// <exception cref="UserException">A label is empty without digits, or all become the same.</exception>
    public static void Check(string path, IEnumerable<string> labels)
    {
        var all = labels.ToHashSet(StringComparer.Ordinal);
        foreach (var label in all)
        {
            if (label.Length > 0 && FrameLabelFiles.WithoutDigits(label).Length == 0)
                throw EvaluationFaults.DigitsAlone(path, label);
        }
        if (all.Count > 1 && all.Select(FrameLabelFiles.WithoutDigits).Distinct(StringComparer.Ordinal).Count() == 1)
            throw EvaluationFaults.DigitsTellApart(path, [.. all.Order(StringComparer.Ordinal)]);
    }
}
