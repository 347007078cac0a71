using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;

namespace HubertSharp.Models;

/// <summary>
/// Names and shapes of every parameter, in the order of fairseq's <c>model.parameters()</c>, which checkpoints' optimiser
/// states index.
/// </summary>
internal static class HubertParameters
{
    /// <param name="config">The model group.</param>
    /// <param name="classesPerLabelSet">Empty for a model without prediction head, as it is left after fine-tuning.</param>
    public static List<ParameterSpec> Of(ModelConfig config, IReadOnlyList<int> classesPerLabelSet)
    {
        var width = config.EncoderEmbedDim;
        var finalDim = FinalDim(config);
        var specs = new List<ParameterSpec>
        {
            new("mask_emb", [width]),
        };
        if (classesPerLabelSet.Count > 0)
            specs.Add(new("label_embs_concat", [classesPerLabelSet.Sum(), finalDim], KeepFloat32: true));
        AddFrontEnd(specs, config);
        var channels = config.ConvFeatureLayers[^1].Channels;
        if (channels != width)
            AddLinear(specs, "post_extract_proj", channels, width);
        var positional = config.ConvPos;
        if (config.ConvPosBatchNorm)
        {
            AddNorm(specs, "encoder.pos_conv.0", width);
            specs.Add(new("encoder.pos_conv.1.weight", [width, width / config.ConvPosGroups, positional], KeepFloat32: true));
            specs.Add(new("encoder.pos_conv.1.bias", [width]));
        }
        else
        {
            specs.Add(new("encoder.pos_conv.0.bias", [width]));
            specs.Add(new("encoder.pos_conv.0.weight_g", [1, 1, positional], KeepFloat32: true));
            specs.Add(new("encoder.pos_conv.0.weight_v", [width, width / config.ConvPosGroups, positional], KeepFloat32: true));
        }
        for (var layer = 0; layer < config.EncoderLayers; layer++)
        {
            var prefix = $"encoder.layers.{layer}.";
            var first = specs.Count;
            foreach (var name in new[] { "k_proj", "v_proj", "q_proj", "out_proj" })
                AddLinear(specs, $"{prefix}self_attn.{name}", width, width);
            AddNorm(specs, prefix + "self_attn_layer_norm", width);
            AddLinear(specs, prefix + "fc1", width, config.EncoderFfnEmbedDim);
            AddLinear(specs, prefix + "fc2", config.EncoderFfnEmbedDim, width);
            AddNorm(specs, prefix + "final_layer_norm", width);
            for (var i = first; i < specs.Count; i++)
                specs[i] = specs[i] with { Group = layer }; // layer drop leaves a layer out as a whole
        }
        AddNorm(specs, "encoder.layer_norm", width);
        if (config.FeatProjLayerNorm)
            AddNorm(specs, "layer_norm", channels);
        if (classesPerLabelSet.Count == 0)
            return specs;
        if (config.TargetGlu)
            AddLinear(specs, "target_glu.0", finalDim, finalDim * 2, keepFloat32: true);
        AddLinear(specs, "final_proj", width, finalDim * (config.UntieFinalProj ? classesPerLabelSet.Count : 1));
        return specs;
    }

    public static int FinalDim(ModelConfig config) => config.FinalDim > 0 ? config.FinalDim : config.EncoderEmbedDim;

    private static void AddFrontEnd(List<ParameterSpec> specs, ModelConfig config)
    {
        var inputs = 1;
        for (var i = 0; i < config.ConvFeatureLayers.Count; i++)
        {
            var (channels, kernel, _) = config.ConvFeatureLayers[i];
            var prefix = $"feature_extractor.conv_layers.{i}.";
            // The first convolution reads raw samples and is small: it stays in float32.
            specs.Add(new(prefix + "0.weight", [channels, inputs, kernel], KeepFloat32: i == 0));
            if (config.ConvBias)
                specs.Add(new(prefix + "0.bias", [channels], KeepFloat32: i == 0));
            if (config.ExtractorMode == "layer_norm")
                AddNorm(specs, prefix + "2.1", channels);
            else if (i == 0)
                AddNorm(specs, prefix + "2", channels);
            inputs = channels;
        }
    }

    private static void AddLinear(List<ParameterSpec> specs, string name, int inputs, int outputs, bool keepFloat32 = false)
    {
        specs.Add(new(name + ".weight", [outputs, inputs], keepFloat32));
        specs.Add(new(name + ".bias", [outputs], keepFloat32));
    }

    private static void AddNorm(List<ParameterSpec> specs, string name, int width)
    {
        specs.Add(new(name + ".weight", [width], KeepFloat32: true));
        specs.Add(new(name + ".bias", [width], KeepFloat32: true));
    }
}
