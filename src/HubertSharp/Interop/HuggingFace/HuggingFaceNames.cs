using System.Text.RegularExpressions;

namespace HubertSharp.Interop.HuggingFace;

/// <summary>What transformers' HubertModel calls fairseq's parameters. Label embeddings and final projection have no name there.</summary>
internal static partial class HuggingFaceNames
{
    /// <summary>How torch names the two parts of a weight norm: by hook until 2.0, by parametrization since.</summary>
    public const string LegacyMagnitude = "weight_g", LegacyDirection = "weight_v";
    public const string Magnitude = "parametrizations.weight.original0", Direction = "parametrizations.weight.original1";

    private const string Positions = "encoder.pos_conv.";

    /// <summary>The name without the prefix <c>hubert.</c> of models with a head; null where transformers has none.</summary>
    /// <param name="fairseqName">Such as <c>encoder.layers.0.fc1.weight</c>.</param>
    /// <param name="legacyWeightNorm">Whether the positional convolution's parts are called as before torch 2.1.</param>
    /// <param name="batchNorm">Whether a batch norm stands before that convolution.</param>
    public static string? Of(string fairseqName, bool legacyWeightNorm, bool batchNorm = false)
    {
        if (fairseqName == "mask_emb")
            return "masked_spec_embed";
        if (fairseqName.StartsWith(Positions, StringComparison.Ordinal))
        {
            var part = fairseqName[(Positions.Length + 2)..]; // behind the number of the module
            if (batchNorm)
                return $"encoder.pos_conv_embed.{(fairseqName[Positions.Length] == '0' ? "batch_norm" : "conv")}.{part}";
            return "encoder.pos_conv_embed.conv." + part switch
            {
                "weight_g" => legacyWeightNorm ? LegacyMagnitude : Magnitude,
                "weight_v" => legacyWeightNorm ? LegacyDirection : Direction,
                var other => other,
            };
        }
        if (ConvolutionLayer().Match(fairseqName) is { Success: true } block)
        {
            // 2 is the group norm, 2.1 the layer norm between two transpositions
            var part = block.Groups[2].Value == "0" ? "conv" : "layer_norm";
            return $"feature_extractor.conv_layers.{block.Groups[1].Value}.{part}.{block.Groups[3].Value}";
        }
        if (EncoderLayer().Match(fairseqName) is { Success: true } layer)
        {
            var part = layer.Groups[2].Value switch
            {
                "self_attn_layer_norm" => "layer_norm",
                "final_layer_norm" => "final_layer_norm",
                "fc1" => "feed_forward.intermediate_dense",
                "fc2" => "feed_forward.output_dense",
                var attention => attention.Replace("self_attn.", "attention.", StringComparison.Ordinal),
            };
            return $"encoder.layers.{layer.Groups[1].Value}.{part}.{layer.Groups[3].Value}";
        }
        return fairseqName.Split('.') switch
        {
            ["post_extract_proj", var end] => $"feature_projection.projection.{end}",
            ["layer_norm", var end] => $"feature_projection.layer_norm.{end}",
            ["encoder", "layer_norm", var end] => $"encoder.layer_norm.{end}",
            _ => null,
        };
    }

    [GeneratedRegex(@"\Afeature_extractor\.conv_layers\.(\d+)\.(0|2|2\.1)\.(weight|bias)\z")]
    private static partial Regex ConvolutionLayer();

    [GeneratedRegex(@"\Aencoder\.layers\.(\d+)\.(self_attn\.[a-z_]+|self_attn_layer_norm|final_layer_norm|fc1|fc2)\.(weight|bias)\z")]
    private static partial Regex EncoderLayer();
}
