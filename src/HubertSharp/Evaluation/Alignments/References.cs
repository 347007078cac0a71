using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>Opens a reference file of any of the formats that <c>hubert quality</c> takes.</summary>
internal static class References
{
    /// <summary>
    /// An alignment (<see cref="AlignmentFormats"/>), phones per frame (<c>name TAB phone,phone,...</c>), or other labels of
    /// the same manifest (any file without tabs).
    /// </summary>
    /// <exception cref="UserException">Missing or malformed.</exception>
    public static IReference Open(string path, Manifest manifest, bool removeDigits = true)
    {
        if (AlignmentFormats.TryRead(path) is { } utterances)
        {
            if (removeDigits)
                LabelDigits.Check(path, utterances.SelectMany(u => u.Segments).Select(s => s.Label));
            return new AlignmentReference(utterances, removeDigits, path);
        }
        var perFrame = FrameLabelFiles.Lines(path).FirstOrDefault()?.Contains('\t') == true;
        return new FixedReference(path,
            perFrame ? FrameLabelFiles.ReadPhones(path, removeDigits) : FrameLabelFiles.ReadClusters(path, manifest));
    }
}
