namespace HubertSharp.Runs.Chunks;

/// <summary>One chunk of a recording.</summary>
/// <param name="FirstFrame">Frame of the recording that is kept first.</param>
/// <param name="Frames">Frames that are kept.</param>
/// <param name="Skip">Frames before them that only give them their surroundings.</param>
/// <param name="HeardFrames">Frames that the model makes of the samples.</param>
/// <param name="StartSample">What it hears.</param>
/// <param name="Samples">How much of it.</param>
public readonly record struct Chunk(long FirstFrame, int Frames, int Skip, int HeardFrames, long StartSample, int Samples);

/// <summary>
/// How a recording is cut so that the frames that are kept are those of the whole recording in number and place. All chunks are as good as
/// equally long: none is a short rest without surroundings.
/// </summary>
public sealed class ChunkPlan
{
    private const int MostFrames = 1 << 20;

    private readonly long _length, _stride, _receptive;

    /// <param name="options">How long chunks are at most, and their overlap.</param>
    /// <param name="lengthSamples">Of the recording.</param>
    /// <param name="frames">Frames of the recording, at least one.</param>
    /// <param name="strideSamples">From one frame to the next.</param>
    /// <param name="receptiveSamples">Samples of one frame.</param>
    /// <param name="rate">Samples per second.</param>
    /// <exception cref="UserException">A chunk without a frame, or one that is all overlap.</exception>
    public ChunkPlan(ChunkOptions options, long lengthSamples, long frames, long strideSamples, long receptiveSamples, int rate)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        options.Check();
        (_length, _stride, _receptive, Frames) = (lengthSamples, strideSamples, receptiveSamples, frames);
        var most = FramesIn(options.Seconds);
        OverlapFrames = FramesIn(options.OverlapSeconds);
        if (most < 1 || most > MostFrames || OverlapFrames > most / 2)
            throw ChunkFaults.Bad(options.Seconds, options.OverlapSeconds);
        var chunks = Rounded(frames, most);
        ChunkFrames = Rounded(frames, chunks);
        Count = (int)Rounded(frames, ChunkFrames);

        long FramesIn(double seconds) => (long)Math.Clamp(seconds * rate / strideSamples, -1, MostFrames * 2);
        static long Rounded(long a, long b) => (a + b - 1) / b;
    }

    /// <summary>Of the recording.</summary>
    public long Frames { get; }

    /// <summary>How many chunks.</summary>
    public int Count { get; }

    /// <summary>Frames kept of each; of the last one at most so many.</summary>
    public long ChunkFrames { get; }

    /// <summary>Frames heard on each side.</summary>
    public long OverlapFrames { get; }

    public Chunk this[int index]
    {
        get
        {
            var first = index * ChunkFrames;
            var end = Math.Min(first + ChunkFrames, Frames);
            var (from, to) = (Math.Max(0, first - OverlapFrames), Math.Min(end + OverlapFrames, Frames));
            var start = from * _stride;
            // the last chunk hears the samples behind its last frame too, as the whole recording does
            var stop = to == Frames ? _length : ((to - 1) * _stride) + _receptive;
            return new Chunk(first, (int)(end - first), (int)(first - from), (int)(to - from), start, (int)(stop - start));
        }
    }
}
