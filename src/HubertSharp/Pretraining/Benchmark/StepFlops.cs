using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs;

namespace HubertSharp.Pretraining.Benchmark;

/// <summary>
/// Floating-point operations of a training step, from the shapes alone: a multiplication with its addition counts as two.
/// </summary>
internal static class StepFlops
{
    /// <summary>
    /// Matrix products and convolutions of one forward and backward pass; backward counts twice, except that nobody asks for the gradient
    /// of the samples.
    /// </summary>
    /// <param name="config">The model group.</param>
    /// <param name="rows">B.</param>
    /// <param name="samples">S per row.</param>
    /// <param name="scoredFrames">Frames whose loss has a gradient.</param>
    /// <param name="classes">Classes of all label sets together.</param>
    public static double Of(ModelConfig config, int rows, int samples, long scoredFrames, int classes)
    {
        double width = config.EncoderEmbedDim;
        var total = FrontEnd(config, rows, samples, out var length);
        var frames = length * rows;
        total += 3 * 2 * frames * width * (width / config.ConvPosGroups) * config.ConvPos;
        var perLayer = 2 * frames * (4 * width * width + 2 * width * config.EncoderFfnEmbedDim) + 4 * frames * length * width;
        total += 3 * perLayer * config.EncoderLayers;
        double final = HubertParameters.FinalDim(config);
        var head = config.PredictionHead == PredictionHeads.Linear ? width * classes : final * (width + classes);
        return total + 3 * 2 * scoredFrames * head * HubertParameters.HeadLayers(config).Count;
    }

    /// <summary>Up to the encoder's width; spectra are not counted.</summary>
    private static double FrontEnd(ModelConfig config, int rows, int samples, out double length)
    {
        double width = config.EncoderEmbedDim;
        if (MelShape.Of(config) is { } mel)
        {
            length = new FrameAlignment(config, config.LabelRate, SamplingRate.Hz).Frames(samples);
            return config.Frontend == Frontends.Mel20
                ? 2 * 2 * mel.Bins * mel.WindowsPerFrame * width * length * rows
                : 2 * MelShape.Kernel * rows * length * ((2 * mel.Bins * width * 2) + (3 * width / 2 * 2 * width));
        }
        (length, var inputs, var total) = (samples, 1.0, 0.0);
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            var (channels, kernel, stride) = config.ConvFeatureLayers[i];
            length = Math.Floor((length - kernel) / stride) + 1;
            total += (i == 0 ? 2 : 3) * 2 * inputs * channels * kernel * length * rows;
            inputs = channels;
        }
        return inputs == width ? total : total + (3 * 2 * inputs * width * length * rows);
    }
}
