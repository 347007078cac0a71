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
internal sealed class FrontEnd
{
    private readonly ModelConfig _config;
    private readonly ScalarType _type;
    private readonly Block[] _blocks;

    public FrontEnd(ModelConfig config, ParameterStore parameters)
    {
        _config = config;
        _type = parameters.ComputeType;
        _blocks = [.. config.ConvFeatureLayers.Select((layer, i) => Of(parameters, $"feature_extractor.conv_layers.{i}.", layer.Stride))];
    }

    /// <param name="source">[B, S] float32.</param>
    /// <returns>[B, T, C] in the compute type.</returns>
    public Tensor Forward(Tensor source) => CanFuse(_config, source) ? Fused(source) : Plain(source);

    /// <summary>Whether the hand-written blocks apply: on a CPU, with widths of whole vectors, and without biases in Base.</summary>
    internal static bool CanFuse(ModelConfig config, Tensor source) =>
        source.device_type == TorchSharp.DeviceType.CPU && config.ExtractorMode switch
        {
            "default" => !config.ConvBias && config.ConvFeatureLayers[0].Channels % FirstBlockKernel.ChannelStep == 0,
            _ => config.ConvFeatureLayers.All(layer => layer.Channels % NormGeluRow.ChannelStep == 0),
        };

    internal Tensor Fused(Tensor source)
    {
        using var scope = NewDisposeScope();
        var x = source;
        foreach (var block in _blocks)
            x = block.LayerNorm is { } layer ? ConvolutionNormGelu.Apply(block.Weight, block.Bias, layer, x, block.Stride, _type)
                : block.GroupNorm is { } group ? FirstBlock.Apply(block.Weight, group, x, block.Stride, _type == bfloat16)
                : ConvolutionGelu.Apply(block.Weight, x, block.Stride);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Operators of torch alone, for any device and width.</summary>
    internal Tensor Plain(Tensor source)
    {
        var x = source.unsqueeze(1); // [B, 1, S]
        foreach (var block in _blocks)
        {
            using var scope = NewDisposeScope();
            x = F.conv1d(x, block.Weight.Leaf, block.Bias?.Leaf, stride: block.Stride);
            x = x.to_type(_type); // [B, C, T]
            if (block.LayerNorm is { } layer)
                x = F.layer_norm(x.transpose(1, 2), [x.shape[1]], layer.Weight.Leaf, layer.Bias.Leaf).transpose(1, 2);
            else if (block.GroupNorm is { } group)
                x = F.group_norm(x, x.shape[1], group.Weight.Leaf, group.Bias.Leaf);
            x = F.gelu(x).MoveToOuterDisposeScope();
        }
        return x.transpose(1, 2);
    }

    private static Block Of(ParameterStore parameters, string prefix, int stride) => new(
        parameters.ParameterOf(prefix + "0.weight"), parameters.FindParameter(prefix + "0.bias"),
        parameters.Has(prefix + "2.1.weight") ? parameters.WeightAndBiasOf(prefix + "2.1") : null,
        parameters.Has(prefix + "2.weight") ? parameters.WeightAndBiasOf(prefix + "2") : null, stride);

    /// <summary>A block's convolution, and the norm that it has, if any.</summary>
    private sealed record Block(Parameter Weight, Parameter? Bias, WeightAndBias? LayerNorm, WeightAndBias? GroupNorm, int Stride);
}
