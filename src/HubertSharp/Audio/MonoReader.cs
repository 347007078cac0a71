namespace HubertSharp.Audio;

/// <summary>Reads frames, mixes them down to one channel by averaging, or takes one of them, and refuses what is no number.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="decoder">Gives the frames.</param>
/// <param name="channel">The channel that is taken, from 0; null mixes all of them.</param>
internal sealed class MonoReader(string path, AudioDecoder decoder, int? channel = null)
{
    private const int BlockFrames = 16384;

    // Channels that have nothing to do with one another keep 1 / channels of their mean energy, 1/64 at least.
    private const double Cancelled = 0.01;
    private readonly float[] _interleaved = decoder.Channels == 1 && !(channel > 0) ? [] : new float[BlockFrames * decoder.Channels];

    private double _energyOfChannels, _energyOfMix;

    /// <summary>Whether what was read so far is next to nothing where the channels themselves are not.</summary>
    public bool ChannelsCancel => _energyOfMix < Cancelled * _energyOfChannels;

    /// <summary>The next frame, at the file's own rate.</summary>
    public long Position { get; private set; }

    /// <summary>Fills up to <see cref="BlockSize"/> mono samples; 0 at the end.</summary>
    public int Read(Span<float> mono)
    {
        mono = mono[..Math.Min(mono.Length, BlockFrames)];
        var frames = decoder.Channels == 1 && !(channel > 0) ? decoder.ReadFrames(mono) : ReadMixed(mono);
        for (var i = 0; i < frames; i++)
        {
            if (!float.IsFinite(mono[i]))
                throw AudioFaults.NotFinite(path, Position + i, mono[i]);
        }
        Position += frames;
        return frames;
    }

    /// <summary>The length of a good block for <see cref="Read"/>, in frames.</summary>
    public static int BlockSize => BlockFrames;

    /// <summary>Moves from the start to a frame, by seeking and then decoding; stops at the end of the file.</summary>
    public void MoveTo(long frame)
    {
        Position = decoder.SeekNear(frame);
        var skipped = new float[Math.Min(BlockFrames, frame - Position)];
        while (Position < frame)
        {
            if (Read(skipped.AsSpan(0, (int)Math.Min(skipped.Length, frame - Position))) == 0)
                return;
        }
    }

    private int ReadMixed(Span<float> mono)
    {
        var channels = decoder.Channels;
        if (channel >= channels)
            throw AudioFaults.NoChannel(path, channel.Value, channels);
        var frames = decoder.ReadFrames(_interleaved.AsSpan(0, mono.Length * channels));
        for (var i = 0; i < frames; i++)
        {
            var (sum, energy) = (0f, 0f);
            foreach (var sample in _interleaved.AsSpan(i * channels, channels))
            {
                sum += sample;
                energy += sample * sample;
            }
            mono[i] = channel is { } one ? _interleaved[(i * channels) + one] : sum / channels;
            _energyOfChannels += energy / channels;
            _energyOfMix += mono[i] * mono[i];
        }
        return frames;
    }
}
