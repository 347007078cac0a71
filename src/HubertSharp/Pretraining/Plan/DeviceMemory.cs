using HubertSharp.Models.Frames;
using HubertSharp.Models.Mel;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Pretraining.Plan;

/// <summary>
/// What lies in the memory of a device, in bytes: the first four to the byte, activations as an estimate from the shapes (what a backward
/// pass needs of each layer: Korthikanti et al. 2022, equation 1, with the width of the feed-forward layer left free).
/// </summary>
/// <param name="Weights">float32, and what is computed with where that is narrower.</param>
/// <param name="Gradients">float32; several times with <c>distributed_training.reproducible</c>.</param>
/// <param name="Optimizer">Adam's two moments.</param>
/// <param name="Activations">Of one micro-batch.</param>
internal sealed record DeviceMemory(double Weights, double Gradients, double Optimizer, double Activations)
{
    public double Total => Weights + Gradients + Optimizer + Activations;

    /// <param name="config">The configuration.</param>
    /// <param name="parameters">Of the model.</param>
    /// <param name="shape">A micro-batch.</param>
    /// <param name="classes">Of all label sets together.</param>
    /// <param name="gradients">How many times the gradients are held.</param>
    public static DeviceMemory Of(HubertConfig config, long parameters, MicroBatchShape shape, int classes, double gradients)
    {
        var narrow = config.Common.Fp16 == true || config.Common.Bf16 == true;
        double number = narrow ? 2 : 4;
        return new DeviceMemory(
            parameters * (4.0 + (narrow ? 2 : 0)),
            parameters * 4.0 * gradients,
            parameters * 8.0,
            (FrontEnd(config.Model, shape, out var frames) * number) + (Encoder(config.Model, shape.Rows, frames) * number)
                + (shape.ScoredShare * frames * shape.Rows * classes * 2 * 4));
    }

    // numbers, each as wide as what is computed with
    private static double FrontEnd(ModelConfig model, MicroBatchShape shape, out double frames)
    {
        if (MelShape.Of(model) is not null)
        {
            frames = new FrameAlignment(model, model.LabelRate, SamplingRate.Hz).Frames(shape.Samples);
            return 4 * frames * shape.Rows * model.EncoderEmbedDim;
        }
        var (length, numbers) = ((double)shape.Samples, (double)shape.Samples);
        foreach (var (channels, kernel, stride) in model.ConvFeatureLayers)
        {
            length = Math.Floor((length - kernel) / stride) + 1;
            numbers += 2 * channels * length; // before GELU and behind it
        }
        frames = length;
        return numbers * shape.Rows;
    }

    // as many numbers as the paper has bytes / 2: 5.5 (attention) + 1.5 + 2 (norms) widths, the feed-forward twice, 2.5 scores
    private static double Encoder(ModelConfig model, int rows, double frames)
    {
        double width = model.EncoderEmbedDim;
        var perFrame = (9 * width) + (2 * model.EncoderFfnEmbedDim);
        var scores = 2.5 * model.EncoderAttentionHeads * frames;
        var layers = model.CheckpointActivations ? 1 + (model.EncoderLayers * width / (perFrame + scores)) : model.EncoderLayers;
        return rows * frames * (perFrame + scores) * layers;
    }
}
