using HubertSharp.Runs;

namespace HubertSharp.Corpora.Debian;

/// <summary>Speech in a file without a header, as telephone exchanges keep it.</summary>
/// <param name="Name">ffmpeg's name of the format.</param>
/// <param name="Rate">Samples per second.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="BlockSamples">Samples in it.</param>
internal sealed record RawCodec(string Name, int Rate, int BlockBytes, int BlockSamples)
{
    /// <summary>64 kbit/s at 16 kHz.</summary>
    public static readonly RawCodec G722 = new("g722", SamplingRate.Hz, 1, 2);

    /// <summary>GSM 06.10, 13 kbit/s at 8 kHz.</summary>
    public static readonly RawCodec Gsm = new("gsm", 8000, 33, 160);

    /// <summary>Samples of a file of that many bytes, at <see cref="Rate"/>.</summary>
    public long Samples(long bytes) => bytes / BlockBytes * BlockSamples;
}
