using HubertSharp.Audio;
using HubertSharp.Runs;

namespace HubertSharp.Corpora;

/// <summary>What one file of a folder is worth to a manifest.</summary>
/// <param name="LengthSamples">At 16 kHz; 0 where it cannot be read.</param>
/// <param name="LimitHz">The upper end of its spectrum.</param>
/// <param name="Fault">Why it is left out, or null.</param>
internal readonly record struct CheckedFile(long LengthSamples, double LimitHz, string? Fault)
{
    /// <summary>Reads a file, or with <paramref name="quick"/> what its header proves.</summary>
    public static CheckedFile Of(string root, string relativePath, long shortestSamples, bool quick, CancellationToken cancellation)
    {
        try
        {
            var path = Path.Combine(root, relativePath);
            if (!IsUtf8(path))
                throw CorpusFaults.NameNotUtf8(relativePath);
            if (relativePath.Any(char.IsControl))
                throw CorpusFaults.OddName(relativePath);
            return quick ? Quick(path, shortestSamples, cancellation) : Whole(path, shortestSamples, cancellation);
        }
        catch (UserException e) when (e.InnerException is not DllNotFoundException) // a missing library is no fault of the file
        {
            return new CheckedFile(0, Bandwidth.FullHz, e.Message);
        }
    }

    /// <summary>Whether a name that was read from a folder leads back to its file: bytes that are no UTF-8 are lost in it.</summary>
    public static bool IsUtf8(string path) => !path.Contains('\uFFFD') || Path.Exists(path);

    private static CheckedFile Quick(string path, long shortestSamples, CancellationToken cancellation)
    {
        var info = AudioFile.Probe(path, cancellation);
        return new CheckedFile(info.LengthSamples16k, Bandwidth.LimitHz([], info.SampleRate),
            TooShort(info.LengthSamples16k, shortestSamples));
    }

    private static CheckedFile Whole(string path, long shortestSamples, CancellationToken cancellation)
    {
        var samples = AudioFile.Read(path, out var source, cancellation);
        var fault = source.ChannelsCancel
                ? $"its {source.Channels} channels cancel each other when they are mixed to one (opposite phase); "
                    + $"the samples are not zero: "
                    + "take one channel, for example with 'ffmpeg -i IN -af pan=mono|c0=c0 OUT.flac'"
            : AudioFile.IsSilent(samples) ? "silent: every sample is zero"
            : !samples.AsSpan().ContainsAnyExcept(samples[0]) ? $"silent: every sample is {samples[0]:G4}"
            : TooShort(samples.Length, shortestSamples);
        return new CheckedFile(samples.Length, Bandwidth.LimitHz(samples, source.SampleRate), fault);
    }

    private static string? TooShort(long lengthSamples, long shortestSamples) =>
        lengthSamples < shortestSamples ? $"too short: {lengthSamples} samples at 16 kHz" : null;
}
