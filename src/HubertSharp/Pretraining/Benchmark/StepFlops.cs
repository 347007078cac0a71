using HubertSharp.Models;
using HubertSharp.Runs.Configuration.Groups;

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
        var (length, inputs, total) = ((double)samples, 1.0, 0.0);
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            var (channels, kernel, stride) = config.ConvFeatureLayers[i];
            length = Math.Floor((length - kernel) / stride) + 1;
            total += (i == 0 ? 2 : 3) * 2 * inputs * channels * kernel * length * rows;
            inputs = channels;
        }
        double width = config.EncoderEmbedDim;
        var frames = length * rows;
        if (inputs != width)
            total += 3 * 2 * inputs * width * frames;
        total += 3 * 2 * frames * width * (width / config.ConvPosGroups) * config.ConvPos;
        var perLayer = 2 * frames * (4 * width * width + 2 * width * config.EncoderFfnEmbedDim) + 4 * frames * length * width;
        total += 3 * perLayer * config.EncoderLayers;
        double final = HubertParameters.FinalDim(config);
        return total + 3 * 2 * scoredFrames * final * (width + classes);
    }
}
