using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Evaluation.Alignments;

/// <summary>Opens a reference file of any of the formats that <c>hubert quality</c> takes.</summary>
internal static class References
{
    /// <summary>
    /// An alignment in samples (first line <c>utt TAB ...</c>), phones per frame (<c>name TAB phone,phone,...</c>), or other labels of
    /// the same manifest (any file without tabs).
    /// </summary>
    /// <exception cref="UserException">Missing or malformed.</exception>
    public static IReference Open(string path, Manifest manifest, bool removeDigits = true)
    {
        if (AlignmentFile.IsAlignment(path))
            return new AlignmentReference(AlignmentFile.Read(path), removeDigits);
        var perFrame = FrameLabelFiles.Lines(path).FirstOrDefault()?.Contains('\t') == true;
        return new FixedReference(perFrame ? FrameLabelFiles.ReadPhones(path, removeDigits) : FrameLabelFiles.ReadClusters(path, manifest));
    }
}
