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
        if (model.Frontend == Frontends.Mel40 && model.EncoderEmbedDim % 2 != 0)
            yield return ("model.encoder_embed_dim", "an even number, because the gated linear units of model.frontend=mel40 halve it",
                ConfigValue.Format(model.EncoderEmbedDim));
        if (model.PredictLayers is { } layers && (!layers.Contains(model.EncoderLayers) || layers.Distinct().Count() != layers.Count
            || layers.Any(layer => layer < 1 || layer > model.EncoderLayers)))
            yield return ("model.predict_layers",
                $"different layers from 1 to model.encoder_layers = {model.EncoderLayers}, the last among them",
                ConfigValue.Format(layers));
    }

    /// <summary>
    /// Keys that somebody gave and that mean nothing beside the front end or the head that they stand with: the key, why, and its value.
    /// </summary>
    public static IEnumerable<(string Key, string Expected, string Found)> Meaningless(ModelConfig model, CriterionConfig criterion)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(criterion);
        var usual = new ModelConfig();
        var frontend = $"with model.frontend={model.Frontend}";
        var convolutions = $"{frontend}, which has no convolutions over samples";
        const string Embeddings = "with model.prediction_head=linear, which has no label embeddings";
        List<(string Key, object Value, object Usual, string Reason)> keys = [];
        if (model.Frontend == Frontends.Waveform)
            keys.AddRange([
                ("model.mask_place", model.MaskPlace, MaskPlaces.Projection, $"{frontend}, which has no log-mel frames to hide"),
                ("model.vtlp", model.Vtlp, usual.Vtlp, $"{frontend}, which has no mel filters to warp"),
            ]);
        else
            keys.AddRange([
                ("model.conv_feature_layers", ConvLayerSpec.Format(model.ConvFeatureLayers), ConvLayerSpec.Format(usual.ConvFeatureLayers),
                    convolutions),
                ("model.extractor_mode", model.ExtractorMode, usual.ExtractorMode, convolutions),
                ("model.conv_bias", model.ConvBias, usual.ConvBias, convolutions),
                ("model.feature_grad_mult", model.FeatureGradMult, usual.FeatureGradMult, convolutions),
                ("model.feat_proj_layer_norm", model.FeatProjLayerNorm, usual.FeatProjLayerNorm,
                    $"{frontend}, whose input is normalised by the corpus's mean and deviation"),
                ("criterion.loss_weights", criterion.LossWeights is [var penalty, ..] ? penalty : 0.0, 0.0,
                    $"{frontend}, which has no features penalty"),
            ]);
        if (model.PredictionHead == PredictionHeads.Linear)
            keys.AddRange([
                ("model.final_dim", model.FinalDim, usual.FinalDim, Embeddings),
                ("model.untie_final_proj", model.UntieFinalProj, usual.UntieFinalProj, Embeddings),
                ("model.target_glu", model.TargetGlu, usual.TargetGlu, Embeddings),
                ("model.logit_temp", model.LogitTemp, usual.LogitTemp, Embeddings),
            ]);
        return keys.Where(k => !k.Value.Equals(k.Usual))
            .Select(k => (k.Key, $"no value (leave it out, or ~{k.Key}) {k.Reason}", ConfigValue.Format(k.Value)));
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
        if (model.Frontend is not (Frontends.Waveform or Frontends.Mel20 or Frontends.Mel40))
            yield return ("model.frontend", "waveform, mel20 or mel40", model.Frontend);
        if (model.PredictionHead is not (PredictionHeads.Cosine or PredictionHeads.Linear))
            yield return ("model.prediction_head", "cosine or linear", model.PredictionHead);
        if (model.MaskPlace is not (MaskPlaces.Projection or MaskPlaces.Input))
            yield return ("model.mask_place", "projection or input", model.MaskPlace);
    }
}
