using HubertSharp.Models.Mel;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;

namespace HubertSharp.Models;

/// <summary>
/// Names and shapes of every parameter, in the order of fairseq's <c>model.parameters()</c>, which checkpoints' optimiser
/// states index.
/// </summary>
internal static class HubertParameters
{
    /// <summary>Where the parameters of each encoder layer lie, one layer behind the other.</summary>
    public static IReadOnlyList<(long From, long Length)> LayersOf(IReadOnlyList<ParameterInfo> all, int layers)
    {
        var places = Enumerable.Range(0, layers)
            .Select(layer => all.First(info => info.Name.StartsWith($"encoder.layers.{layer}.", StringComparison.Ordinal)).Offset);
        var last = all.Last(info => info.Name.StartsWith("encoder.layers.", StringComparison.Ordinal));
        return [.. places.Zip(places.Skip(1).Append(last.Offset + last.Count), (from, to) => (from, to - from))];
    }

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
        if (classesPerLabelSet.Count > 0 && config.PredictionHead == PredictionHeads.Cosine)
            specs.Add(new("label_embs_concat", [classesPerLabelSet.Sum(), finalDim], KeepFloat32: true));
        var channels = AddFrontEnd(specs, config);
        if (channels != width || config.Frontend == Frontends.Mel20)
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
        if (config.FeatProjLayerNorm && config.Frontend == Frontends.Waveform)
            AddNorm(specs, "layer_norm", channels);
        if (classesPerLabelSet.Count == 0)
            return specs;
        foreach (var layer in HeadLayers(config))
            AddHead(specs, config, HeadPrefix(config, layer), classesPerLabelSet);
        return specs;
    }

    /// <summary>Layers with a prediction head, counted from 1, ascending; the last is the deepest.</summary>
    public static IReadOnlyList<int> HeadLayers(ModelConfig config) =>
        config.PredictLayers is null ? [config.EncoderLayers] : [.. config.PredictLayers.Distinct().Order()];

    /// <summary>What the parameters of a layer's head begin with: nothing for the last layer, whose names are fairseq's.</summary>
    public static string HeadPrefix(ModelConfig config, int layer) => layer == config.EncoderLayers ? "" : $"{MiddleHeads}{layer}.";

    /// <summary>What the parameters of the other layers' heads begin with.</summary>
    public const string MiddleHeads = "predict_layers.";

    public static int FinalDim(ModelConfig config) => config.FinalDim > 0 ? config.FinalDim : config.EncoderEmbedDim;

    private static void AddHead(List<ParameterSpec> specs, ModelConfig config, string prefix, IReadOnlyList<int> classesPerLabelSet)
    {
        var (width, finalDim, isMiddle) = (config.EncoderEmbedDim, FinalDim(config), prefix.Length > 0);
        if (isMiddle && config.LayerNormFirst)
            AddNorm(specs, prefix + "layer_norm", width); // the last layer has the encoder's
        if (config.PredictionHead == PredictionHeads.Linear)
        {
            AddLinear(specs, prefix + "final_proj", width, classesPerLabelSet.Sum());
            return;
        }
        if (isMiddle)
            specs.Add(new(prefix + "label_embs_concat", [classesPerLabelSet.Sum(), finalDim], KeepFloat32: true));
        if (config.TargetGlu)
            AddLinear(specs, prefix + "target_glu.0", finalDim, finalDim * 2, keepFloat32: true);
        AddLinear(specs, prefix + "final_proj", width, finalDim * (config.UntieFinalProj ? classesPerLabelSet.Count : 1));
    }

    /// <returns>Width of what the front end gives.</returns>
    private static int AddFrontEnd(List<ParameterSpec> specs, ModelConfig config)
    {
        if (MelShape.Of(config) is { } mel)
        {
            if (config.Frontend == Frontends.Mel20)
                return mel.Bins * mel.WindowsPerFrame;
            var width = config.EncoderEmbedDim;
            AddConvolution(specs, 0, mel.Bins, width); // halved by the gated linear unit
            AddConvolution(specs, 1, width / 2, 2 * width);
            return width;
        }
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
        return inputs;
    }

    private static void AddConvolution(List<ParameterSpec> specs, int index, int inputs, int outputs)
    {
        specs.Add(new($"{MelFrontEnd.Prefix}{index}.weight", [outputs, inputs, MelShape.Kernel]));
        specs.Add(new($"{MelFrontEnd.Prefix}{index}.bias", [outputs]));
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
