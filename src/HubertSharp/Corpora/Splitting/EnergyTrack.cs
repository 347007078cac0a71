using HubertSharp.Audio;
using HubertSharp.Audio.Streams;
using HubertSharp.Runs;

namespace HubertSharp.Corpora.Splitting;

/// <summary>
/// How loud a recording is, every 10 ms, in half decibels above -100 dB of full scale: one byte each, 9 MB for a day. The recording
/// itself is never held.
/// </summary>
internal static class EnergyTrack
{
    public const int FramesPerSecond = 100;
    public const int FrameSamples = AudioFile.SampleRate / FramesPerSecond;

    /// <summary>The level of digital silence.</summary>
    public const double LowestDb = -100;

    /// <summary>Frames of a recording; what is left of a frame at the end is none.</summary>
    /// <exception cref="UserException">The recording cannot be read.</exception>
    public static (byte[] Levels, long LengthSamples) Of(string path, CancellationToken cancellation)
    {
        using var stream = new AudioStream(path, long.MaxValue, cancellation); // its end tells itself
        var samples = new float[AudioFile.SampleRate];
        var levels = new List<byte>();
        for (var start = 0L; ; start += samples.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.Read(start, samples);
            var end = Math.Min(stream.End ?? long.MaxValue, start + samples.Length);
            for (var at = start; at + FrameSamples <= end; at += FrameSamples)
                levels.Add(Level(samples.AsSpan((int)(at - start), FrameSamples)));
            if (end < start + samples.Length)
                return ([.. levels], end);
        }
    }

    /// <summary>In decibels of full scale.</summary>
    public static double Db(int level) => LowestDb + (level / 2.0);

    private static byte Level(ReadOnlySpan<float> frame)
    {
        double sum = 0, power = 0;
        foreach (var sample in frame)
        {
            sum += sample;
            power += sample * sample;
        }
        var mean = sum / frame.Length; // a recorder's offset is no sound
        var db = 10 * Math.Log10(Math.Max((power / frame.Length) - (mean * mean), 1e-10));
        return (byte)Math.Clamp(Math.Round(2 * (db - LowestDb)), 0, 200);
    }
}
