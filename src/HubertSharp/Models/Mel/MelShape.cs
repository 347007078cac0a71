using HubertSharp.Audio.Spectra;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Models.Mel;

/// <summary>How log-mel energies become the frames of a model; what the two front ends of that kind differ in.</summary>
/// <param name="Bins">Energies of one window of 25 ms, every 10 ms.</param>
/// <param name="WindowsPerFrame">Windows from one frame to the next.</param>
/// <param name="FrameSamples">Samples without which there is no frame.</param>
internal sealed record MelShape(int Bins, int WindowsPerFrame, int FrameSamples)
{
    /// <summary>Kernel and stride of both convolutions of <c>mel40</c>.</summary>
    public const int Kernel = 5, Stride = 2;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopSamples => WindowsPerFrame * LogMelTransform.HopSamples;

    /// <summary>The shape of a configuration's front end; null for convolutions over samples.</summary>
    public static MelShape? Of(ModelConfig config) => config.Frontend switch
    {
        Frontends.Mel20 => new(40, 2, LogMelTransform.WindowSamples + LogMelTransform.HopSamples),
        // the convolutions see zeros beyond the ends, so that one window makes a frame: frame t lies over window 4t
        Frontends.Mel40 => new(80, 4, LogMelTransform.WindowSamples),
        _ => null,
    };

    /// <summary>The same where nothing else is expected.</summary>
    /// <exception cref="ArgumentException">Convolutions over samples.</exception>
    public static MelShape OfMel(ModelConfig config) =>
        Of(config) ?? throw new ArgumentException($"{config.Frontend} is no log-mel front end", nameof(config));

    /// <summary>
    /// The front end of a configuration as windows over samples, by which <see cref="Frames.FrameAlignment"/> counts frames.
    /// </summary>
    public static IReadOnlyList<ConvLayerSpec> WindowsOf(ModelConfig config) => Of(config) is { } mel
        ? [new ConvLayerSpec(mel.Bins, mel.FrameSamples, mel.HopSamples)]
        : config.ConvFeatureLayers;
}
