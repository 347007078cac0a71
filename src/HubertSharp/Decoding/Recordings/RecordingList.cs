using HubertSharp.Audio;
using HubertSharp.Features;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Decoding.Recordings;

/// <summary>Finds all recordings before the first is heard, so that what is missing or too short is known at the start.</summary>
internal static class RecordingList
{
    /// <param name="inputs">Audio files and manifests (.tsv).</param>
    /// <param name="leastSamples">What the model needs for a frame.</param>
    /// <param name="cancellation">Ends the looking.</param>
    /// <exception cref="UserException">Missing, damaged, too short, or of another length than the manifest says.</exception>
    public static IReadOnlyList<Recording> Read(
        IEnumerable<string> inputs, long leastSamples, CancellationToken cancellation = default)
    {
        var recordings = new List<Recording>();
        foreach (var input in inputs)
        {
            if (Path.GetExtension(input) != ".tsv")
            {
                var length = AudioFile.Probe(input, cancellation).LengthSamples16k;
                if (length < leastSamples)
                    throw FeatureFaults.TooShort(input, leastSamples, length, "leave it out");
                recordings.Add(new Recording(Path.GetFileNameWithoutExtension(input), input, length));
                continue;
            }
            var manifest = Manifest.Read(input, cancellation: cancellation);
            for (var i = 0; i < manifest.Entries.Count; i++)
                recordings.Add(Of(input, manifest, i, leastSamples, cancellation));
        }
        return recordings;
    }

    private static Recording Of(string path, Manifest manifest, int index, long leastSamples, CancellationToken cancellation)
    {
        var (entry, line, file) = (manifest.Entries[index], ManifestAudio.LineOf(index), manifest.FullPath(index));
        if (entry.LengthSamples < leastSamples)
            throw FeatureFaults.TooShort($"{path}:{line}: {entry.RelativePath}", leastSamples, entry.LengthSamples);
        long length;
        try
        {
            length = AudioFile.Probe(file, cancellation).LengthSamples16k;
        }
        catch (UserException e)
        {
            throw FeatureFaults.BadAudio(path, line, e);
        }
        return length == entry.LengthSamples ? new Recording(NameOf(entry.RelativePath), file, length)
            : throw FeatureFaults.WrongSampleCount(path, line, file, entry.LengthSamples, length);
    }

    /// <summary>The path without its ending, and never one that leads out of the folder of the results.</summary>
    private static string NameOf(string path)
    {
        var name = ArchiveSlice.Of(path) is null ? path[..^Path.GetExtension(path).Length] : path.Replace(':', '_');
        return string.Join('/', name.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part is "." or ".." ? "_" : part));
    }
}
