using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Runs.Configuration;

/// <summary>
/// What the keys of a model must be to one another, and which of its options there are: the same for a configuration that a user wrote
/// and for a model that comes from a file.
/// </summary>
public static class ModelRules
{
    /// <summary>Widths that do not fit each other: the key, what is expected, and what it is.</summary>
    public static IEnumerable<(string Key, string Expected, string Found)> Widths(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var divisor = $"a divisor of model.encoder_embed_dim = {model.EncoderEmbedDim}";
        if (model.EncoderEmbedDim % model.EncoderAttentionHeads != 0)
            yield return ("model.encoder_attention_heads", divisor, ConfigValue.Format(model.EncoderAttentionHeads));
        if (model.EncoderEmbedDim % model.ConvPosGroups != 0)
            yield return ("model.conv_pos_groups", divisor, ConfigValue.Format(model.ConvPosGroups));
    }

    /// <summary>
    /// fairseq's options that are not available here. A configuration's keys know their choices; models from elsewhere come here first.
    /// </summary>
    public static IEnumerable<(string Key, string Expected, string Found)> Unavailable(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.LayerType != "transformer")
            yield return ("model.layer_type", "transformer", model.LayerType);
        if (model.ActivationFn != "gelu")
            yield return ("model.activation_fn", "gelu", model.ActivationFn);
        if (model.ExtractorMode is not ("default" or "layer_norm"))
            yield return ("model.extractor_mode", "default or layer_norm", model.ExtractorMode);
    }
}
