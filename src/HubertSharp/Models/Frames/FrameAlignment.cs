using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Models.Frames;

/// <summary>
/// How samples, model frames and label frames lie on each other, in plain integers, so that loader threads know the frame count
/// of a batch before the model runs: the one place that knows how many frames samples make, whatever the front end. Behaves as fairseq's
/// <c>forward_targets</c> and <c>forward_padding_mask</c>.
/// </summary>
internal sealed class FrameAlignment
{
    private readonly IReadOnlyList<ConvLayerSpec> layers;

    /// <param name="config">The model group, whose front end is counted.</param>
    /// <param name="labelRate">Labels per second.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public FrameAlignment(ModelConfig config, double labelRate, double sampleRate)
        : this(MelShape.WindowsOf(config), labelRate, sampleRate)
    {
    }

    /// <param name="layers">The convolutions of the front end.</param>
    /// <param name="labelRate">Labels per second.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public FrameAlignment(IReadOnlyList<ConvLayerSpec> layers, double labelRate, double sampleRate)
    {
        this.layers = layers;
        var (stride, receptive) = (1L, 1L);
        foreach (var layer in layers)
        {
            receptive += (layer.Kernel - 1) * stride;
            stride *= layer.Stride;
        }
        (StrideSamples, ReceptiveSamples) = (stride, receptive);
        TargetsPerFrame = labelRate * stride / sampleRate;
    }

    /// <summary>Samples from one model frame to the next: 320 for every published HuBERT.</summary>
    public long StrideSamples { get; }

    /// <summary>Samples that one model frame is made of: 400 at 50 frames per second, 720 at 25.</summary>
    public long ReceptiveSamples { get; }

    /// <summary>fairseq's <c>feat2tar_ratio</c>: 1 for 50 Hz labels, 2 for 100 Hz.</summary>
    public double TargetsPerFrame { get; }

    /// <summary>Frames that the front end makes of so many samples; 0 when they are too few for one.</summary>
    public int Frames(long samples)
    {
        foreach (var layer in layers)
        {
            if (samples < layer.Kernel)
                return 0;
            samples = (samples - layer.Kernel) / layer.Stride + 1;
        }
        return checked((int)samples);
    }

    /// <summary>Frames that are left when labels end before the features do.</summary>
    /// <param name="frames">Frames of the front end.</param>
    /// <param name="targetLength">Labels per row, of the shortest label set.</param>
    public int TrimmedFrames(int frames, int targetLength) =>
        TargetsPerFrame * frames > targetLength ? (int)(targetLength / TargetsPerFrame) : frames;

    /// <summary>The label that belongs to a frame; computed in float32, as the reference does.</summary>
    public int TargetIndex(int frame) => (int)(frame * (float)TargetsPerFrame);

    /// <summary>
    /// Frames of a row that hold any audio: the batch's samples are cut into <paramref name="frames"/> equal chunks and a frame is
    /// padding when its whole chunk is. That may be one frame more than the front end makes of the row alone.
    /// </summary>
    /// <param name="batchSamples">Samples per row of the padded batch.</param>
    /// <param name="lengthSamples">Samples of this row; padding follows at the right.</param>
    /// <param name="frames">Frames per row after trimming.</param>
    public static int ValidFrames(long batchSamples, long lengthSamples, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        var chunk = batchSamples / frames;
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1, nameof(batchSamples));
        return (int)Math.Min(frames, (lengthSamples + chunk - 1) / chunk);
    }
}
