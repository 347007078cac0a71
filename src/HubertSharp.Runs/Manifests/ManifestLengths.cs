namespace HubertSharp.Runs.Manifests;

/// <summary>
/// Whether a manifest's lengths are those of its audio, by a few of its files. fairseq's own script counts samples at each file's own
/// rate; here they are counted at 16 kHz, to which all audio is resampled.
/// </summary>
/// <param name="Fault">What is wrong and what to do; null when the files that were asked are as long as the manifest says.</param>
public sealed record ManifestLengths((string What, string Next)? Fault)
{
    private const int Asked = 4;
    private const double Tolerance = 0.01; // less is a matter of decoders, and told where the file is read
    private static readonly int[] Rates = [8000, 11025, 12000, 22050, 24000, 32000, 44100, 48000, 96000, 192000];

    /// <summary>Asks a few files, from the first to the last; null when none of them can tell.</summary>
    /// <param name="path">The manifest's path, for messages.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="sampleRate">Samples per second that its lengths are said to count.</param>
    /// <param name="lengthOf">The length of a file at 16 kHz, or null.</param>
    /// <param name="cancellation">Ends between two files.</param>
    public static ManifestLengths? Look(
        string path, Manifest manifest, int sampleRate, Func<string, CancellationToken, long?> lengthOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(lengthOf);
        var last = manifest.Entries.Count - 1;
        (int Index, long Counted)? first = null;
        var (told, isRate) = (0, true);
        foreach (var index in Enumerable.Range(0, Asked).Select(i => (int)((long)last * i / (Asked - 1))).Distinct())
        {
            cancellation.ThrowIfCancellationRequested();
            if (lengthOf(manifest.FullPath(index), cancellation) is not (> 0 and var length))
                continue;
            told++;
            var ratio = manifest.Entries[index].LengthSamples * (double)SamplingRate.Hz / ((double)length * sampleRate);
            if (Math.Abs(ratio - 1) <= Tolerance)
                continue;
            first ??= (index, length);
            isRate &= RateOf(ratio * sampleRate / SamplingRate.Hz) is not null; // of a mixed corpus each its own
        }
        return told == 0 ? null : new ManifestLengths(first is { } seen ? Of(path, manifest, seen, isRate) : null);
    }

    /// <summary>The usual rate, other than 16 kHz, whose samples would be so many per sample at 16 kHz; null when none would.</summary>
    public static int? RateOf(double ratio) =>
        Rates.FirstOrDefault(r => Math.Abs((ratio * SamplingRate.Hz / r) - 1) <= 3 * Tolerance) is > 0 and var rate ? rate : null;

    /// <summary>For a fault's text: that the lengths are counts at another rate, where they look so; else nothing.</summary>
    public static string Cause(long inManifest, long at16k) =>
        at16k > 0 && RateOf((double)inManifest / at16k) is { } rate ? $": it counts samples at {rate} Hz, not at 16 kHz" : "";

    private static (string What, string Next) Of(
        string path, Manifest manifest, (int Index, long Counted) seen, bool isRate)
    {
        var entry = manifest.Entries[seen.Index];
        var example = $"{PrintableText.Of(entry.RelativePath)}: {entry.LengthSamples} in the manifest, {seen.Counted} at 16 kHz";
        return isRate && RateOf((double)entry.LengthSamples / seen.Counted) is { } rate
            ? ($"{path}:{seen.Index + 2}: the manifest's lengths are counts at {rate / 1000.0:0.###} kHz, "
                + $"but audio is read at 16 kHz ({example})",
                "write the manifest anew with 'hubert manifest'")
            : ($"{path}:{seen.Index + 2}: the manifest's lengths are not those of the audio ({example})",
                "write the manifest anew with 'hubert manifest', and check its root folder");
    }
}
