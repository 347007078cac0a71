using HubertSharp.Audio;
using HubertSharp.Runs;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Features;

/// <summary>Reads the audio of a manifest; a fault names the manifest's line.</summary>
internal static class ManifestAudio
{
    /// <summary>The line of an entry; the first line is the root folder.</summary>
    public static int LineOf(int index) => index + 2;

    /// <summary>All samples of one entry.</summary>
    /// <returns>[S] float32 in [-1, 1], as many as the manifest says.</returns>
    /// <exception cref="UserException">Missing or damaged audio, or another number of samples.</exception>
    public static float[] Read(string manifestPath, Manifest manifest, int index, CancellationToken cancellation = default)
    {
        float[] waveform;
        try
        {
            waveform = AudioFile.OfManifest(manifest.FullPath(index), path => AudioFile.Read(path, cancellation));
        }
        catch (UserException e)
        {
            throw FeatureFaults.BadAudio(manifestPath, LineOf(index), e);
        }
        var expected = manifest.Entries[index].LengthSamples;
        return waveform.Length == expected
            ? waveform
            : throw FeatureFaults.WrongSampleCount(manifestPath, LineOf(index), manifest.FullPath(index), expected, waveform.Length);
    }
}
