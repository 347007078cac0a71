using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Tensors.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace HubertSharp.Models.Convolutions;

// B rows, S samples, T frames, C channels.

/// <summary>
/// The convolutional front end (HuBERT, section II-A; wav2vec 2.0, section 2): blocks of convolution, norm and GELU over raw
/// samples. GroupNorm(C, C) on the first block only (<c>default</c>) or LayerNorm on every block (<c>layer_norm</c>).
/// </summary>
internal static class FrontEnd
{
    /// <param name="parameters">Holds the convolutions.</param>
    /// <param name="config">The model group.</param>
    /// <param name="source">[B, S] float32.</param>
    /// <returns>[B, T, C] in the compute type.</returns>
    public static Tensor Forward(ParameterStore parameters, ModelConfig config, Tensor source) =>
        CanFuse(config, source) ? Fused(parameters, config, source) : Plain(parameters, config, source);

    /// <summary>Whether the hand-written blocks apply: on a CPU, with widths of whole vectors, and without biases in Base.</summary>
    internal static bool CanFuse(ModelConfig config, Tensor source) =>
        source.device_type == TorchSharp.DeviceType.CPU && config.ExtractorMode switch
        {
            "default" => !config.ConvBias && config.ConvFeatureLayers[0].Channels % FirstBlockKernel.ChannelStep == 0,
            _ => config.ConvFeatureLayers.All(layer => layer.Channels % NormGeluRow.ChannelStep == 0),
        };

    internal static Tensor Fused(ParameterStore parameters, ModelConfig config, Tensor source)
    {
        using var scope = NewDisposeScope();
        var x = source;
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            var (prefix, stride) = ($"feature_extractor.conv_layers.{i}.", config.ConvFeatureLayers[i].Stride);
            x = config.ExtractorMode != "default" ? ConvolutionNormGelu.Apply(parameters, prefix, x, stride)
                : i == 0 ? FirstBlock.Apply(parameters, x, stride)
                : ConvolutionGelu.Apply(parameters, prefix + "0.weight", x, stride);
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Operators of torch alone, for any device and width.</summary>
    internal static Tensor Plain(ParameterStore parameters, ModelConfig config, Tensor source)
    {
        var x = source.unsqueeze(1); // [B, 1, S]
        var computeType = parameters.ComputeType;
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            using var scope = NewDisposeScope();
            var prefix = $"feature_extractor.conv_layers.{i}.";
            x = F.conv1d(x, parameters[prefix + "0.weight"], parameters.Find(prefix + "0.bias"),
                stride: config.ConvFeatureLayers[i].Stride);
            x = x.to_type(computeType); // [B, C, T]
            if (parameters.Find(prefix + "2.1.weight") is { } layerWeight)
                x = F.layer_norm(x.transpose(1, 2), [x.shape[1]], layerWeight, parameters[prefix + "2.1.bias"]).transpose(1, 2);
            else if (parameters.Find(prefix + "2.weight") is { } groupWeight)
                x = F.group_norm(x, x.shape[1], groupWeight, parameters[prefix + "2.bias"]);
            x = F.gelu(x).MoveToOuterDisposeScope();
        }
        return x.transpose(1, 2);
    }
}
