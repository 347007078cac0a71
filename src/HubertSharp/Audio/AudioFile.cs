using System.Numerics;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.Manifests;

namespace HubertSharp.Audio;

/// <summary>
/// Audio files as the models see them: float32 in [-1, 1], one channel, 16 kHz. libsndfile decodes WAV, FLAC, Ogg/Vorbis, Opus
/// and MP3, the <c>ffmpeg</c> program anything else. 16-bit samples come out as exactly int16/32768. All methods are thread-safe.
/// </summary>
public static class AudioFile
{
    /// <summary>The rate of everything that is read, in Hz.</summary>
    public const int SampleRate = SamplingRate.Hz;

    // What the resampler's filter reaches around a sample is far less than this part of a second.
    private const int ContextPerSecond = 4;

    /// <summary>Tells rate, channels and length. Where a format's header can lie, the length is counted by decoding.</summary>
    /// <exception cref="UserException">Missing, empty, truncated, damaged, or no audio.</exception>
    public static AudioInfo Probe(string path, CancellationToken cancellation = default)
    {
        using var decoder = AudioDecoder.Open(path, cancellation);
        var frames = decoder.Frames ?? CountFrames(path, decoder, cancellation);
        if (frames <= 0)
            throw AudioFaults.NoSamples(path);
        return new AudioInfo(decoder.SampleRate, decoder.Channels, frames, Resampler.LengthAt16k(frames, decoder.SampleRate));
    }

    /// <summary>
    /// The length in samples at 16 kHz, or null where the file is not there or cannot be read: whoever needs it says why.
    /// </summary>
    internal static long? LengthOrNull(string path, CancellationToken cancellation)
    {
        try
        {
            return Probe(path, cancellation).LengthSamples16k;
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>Reads what a manifest names: that a file is not there is told of the manifest, once its reading has failed.</summary>
    /// <param name="path">The file, or a place within a zip.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="UserException">As for the reading.</exception>
    internal static float[] OfManifest(string path, Func<string, float[]> read)
    {
        try
        {
            return read(path);
        }
        catch (UserException) when (!File.Exists(ArchiveSlice.FileOf(path)))
        {
            throw AudioFaults.MissingOfManifest(path);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <returns>[S] float32, mono, 16 kHz, in [-1, 1]; never empty.</returns>
    /// <exception cref="UserException">Missing, empty, truncated, damaged, no audio, or a sample that is no number.</exception>
    public static float[] Read(string path, CancellationToken cancellation = default) => Read(path, out _, cancellation);

    /// <summary>The same, and what the file was before it was mixed and resampled.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What it was.</param>
    /// <param name="cancellation">Stops a long decoding.</param>
    /// <param name="channel">The channel that is taken, from 0; null mixes all of them.</param>
    internal static float[] Read(string path, out AudioSource source, CancellationToken cancellation, int? channel = null)
    {
        using var decoder = AudioDecoder.Open(path, cancellation);
        var reader = new MonoReader(path, decoder, channel);
        var samples = new SampleBuffer(path);
        Decode(reader, decoder.SampleRate, long.MaxValue, samples, cancellation);
        CheckLength(path, decoder, reader.Position);
        source = new AudioSource(decoder.SampleRate, decoder.Channels, reader.ChannelsCancel);
        return samples.ToArray(0, checked((int)Resampler.LengthAt16k(reader.Position, decoder.SampleRate)));
    }

    /// <summary>Reads part of a file; seeks where the format can, else decodes up to the part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="startSample">First sample, counted at 16 kHz.</param>
    /// <param name="count">Number of samples at 16 kHz.</param>
    /// <param name="cancellation">Stops a long decoding.</param>
    /// <returns>[count] float32: the slice of the whole file (after resampling, within rounding).</returns>
    /// <exception cref="UserException">As for the whole file, or it ends before the part does.</exception>
    public static float[] Read(string path, long startSample, int count, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using var decoder = AudioDecoder.Open(path, cancellation);
        var rate = decoder.SampleRate;
        var reader = new MonoReader(path, decoder);
        var samples = new SampleBuffer(path);
        // A seek must land where an input and an output sample coincide, or the resampler's phase would be another.
        var shared = (int)BigInteger.GreatestCommonDivisor(rate, SampleRate);
        var context = rate == SampleRate ? 0 : rate / ContextPerSecond;
        var period = Math.Max(0, (startSample * rate / SampleRate) - context) / (rate / shared);
        var end = ((startSample + count) * rate / SampleRate) + (rate == SampleRate ? 0 : 1 + context);
        reader.MoveTo(period * (rate / shared));
        var first = period * (SampleRate / shared);
        Decode(reader, rate, end, samples, cancellation);
        decoder.CheckPart();
        if (reader.Position < end && Resampler.LengthAt16k(reader.Position, rate) is var found && found < startSample + count)
            throw AudioFaults.EndsEarly(path, startSample + count, found);
        return samples.ToArray((int)(startSample - first), count);
    }

    /// <summary>Writes one channel of 16-bit samples as WAV or FLAC, after the name's ending; whole or not at all.</summary>
    /// <param name="path">Ends in <c>.wav</c> or <c>.flac</c>.</param>
    /// <param name="samples">[S] in [-1, 1]; rounded to multiples of 1/32768, cut at full scale.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <exception cref="UserException">The disk is full, the folder cannot be written, or the name has another ending.</exception>
    public static void Write(string path, ReadOnlySpan<float> samples, int sampleRate)
    {
        var pcm = Pcm16Writer.Round(samples);
        var format = Pcm16Writer.FormatOf(path);
        AtomicFile.Write(path, stream => Pcm16Writer.Write(path, stream.SafeFileHandle, pcm, sampleRate, format));
    }

    /// <summary>The same piece by piece, in memory of one.</summary>
    /// <param name="software">What the file names as the program that wrote it.</param>
    /// <exception cref="UserException">As for the whole, or what the pieces throw.</exception>
    internal static void Write(string path, IEnumerable<float[]> pieces, int sampleRate, string software)
    {
        var format = Pcm16Writer.FormatOf(path);
        AtomicFile.Write(path, stream =>
        {
            using var output = new Pcm16Writer(path, stream.SafeFileHandle, sampleRate, format, software);
            foreach (var piece in pieces)
                output.Append(Pcm16Writer.Round(piece));
            output.Complete();
        });
    }

    private static void Decode(MonoReader reader, int rate, long endFrame, SampleBuffer samples, CancellationToken cancellation)
    {
        using var resampler = rate == SampleRate ? null : new Resampler(rate);
        var block = new float[resampler is null ? 0 : MonoReader.BlockSize];
        while (reader.Position < endFrame)
        {
            cancellation.ThrowIfCancellationRequested();
            var wanted = (int)Math.Min(MonoReader.BlockSize, endFrame - reader.Position);
            var target = resampler is null ? samples.Reserve(wanted) : block.AsSpan(0, wanted);
            var got = reader.Read(target);
            if (got == 0)
                break;
            if (resampler is null)
                samples.Advance(got);
            else
                resampler.Process(target[..got], samples);
        }
        resampler?.Process([], samples);
    }

    private static long CountFrames(string path, AudioDecoder decoder, CancellationToken cancellation)
    {
        var reader = new MonoReader(path, decoder);
        var block = new float[MonoReader.BlockSize];
        var most = (long)SampleBuffer.MostHours * 3600 * decoder.SampleRate;
        while (reader.Read(block) > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Position > most)
                throw AudioFaults.TooLong(path, SampleBuffer.MostHours);
        }
        CheckLength(path, decoder, reader.Position);
        return reader.Position;
    }

    /// <summary>Refuses a file that ended elsewhere than it says.</summary>
    internal static void CheckLength(string path, AudioDecoder decoder, long decoded)
    {
        if ((decoder.Frames ?? decoder.Promised) is { } promised && promised != decoded)
            throw AudioFaults.CutShort(path, $"{promised} samples", $"{decoded}");
        if (decoded == 0)
            throw AudioFaults.NoSamples(path);
    }
}
