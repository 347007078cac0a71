namespace HubertSharp.Audio;

/// <summary>A file being decoded: interleaved float32 frames at the file's own rate.</summary>
internal abstract class AudioDecoder : IDisposable
{
    /// <summary>In Hz, 1000 to 768000.</summary>
    public int SampleRate { get; protected init; }

    /// <summary>1 to 64.</summary>
    public int Channels { get; protected init; }

    /// <summary>The length in frames where the file's structure proves it, or null: then only decoding tells.</summary>
    public long? Frames { get; protected init; }

    /// <summary>The length in frames that the header tells, where nothing but decoding proves it; else null.</summary>
    public long? Promised { get; protected init; }

    /// <summary>Fills whole frames; fewer than asked for, or 0, only at the end.</summary>
    public abstract int ReadFrames(Span<float> interleaved);

    /// <summary>
    /// On a decoder that has read nothing yet: moves to a frame, or to the nearest before it from where decoding is exact, 0 at
    /// worst. Returns where it is.
    /// </summary>
    public abstract long SeekNear(long frame);

    /// <summary>When part of a file was read: refuses it when damage has shown before the part's end. Nothing can be read after.</summary>
    public virtual void CheckPart()
    {
    }

    public abstract void Dispose();

    /// <summary>Opens with libsndfile what it knows and with ffmpeg the rest.</summary>
    public static AudioDecoder Open(string path, CancellationToken cancellation)
    {
        var file = AudioHandle.Open(path, out var length);
        try
        {
            // G.722 has no header: nothing but the name tells it.
            if (Path.GetExtension(path).Equals(".g722", StringComparison.OrdinalIgnoreCase))
                return new FfmpegDecoder(path, "g722", file, cancellation);
            return SndfileDecoder.TryOpen(path, file, length) is { } decoder
                ? decoder
                : new FfmpegDecoder(path, format: null, file, cancellation);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    protected static void CheckShape(string path, int sampleRate, int channels)
    {
        if (sampleRate is < 1000 or > 768_000)
            throw AudioFaults.SampleRate(path, sampleRate);
        if (channels is < 1 or > 64)
            throw AudioFaults.Channels(path, channels);
    }
}
