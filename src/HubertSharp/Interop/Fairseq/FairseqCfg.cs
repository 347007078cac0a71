using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Interop.Fairseq;

/// <summary>The <c>cfg</c> of a fairseq checkpoint as plain dictionaries.</summary>
internal static class FairseqCfg
{
    /// <summary>The label set of fine-tuned models: letters.</summary>
    public const string CtcLabel = "ltr";

    /// <summary>
    /// Where fairseq looks for the dictionaries: the file is handed on, so it names no folder of the machine that wrote it.
    /// </summary>
    private const string Here = ".";

    /// <param name="portable">The model.</param>
    /// <param name="labels">Its label sets.</param>
    public static object Of(PortableModel portable, IReadOnlyList<string> labels)
    {
        var (model, task) = (portable.Description.Model, portable.Description.Task);
        return portable.Ctc is null ? Groups(Model(model, task), Task(task, labels)) : Groups(CtcModel(portable), CtcTask(task));
    }

    private static OrderedDictionary<string, object?> Groups(object model, object task) => new()
    {
        ["_name"] = null,
        ["common"] = new Dictionary<string, object?> { ["_name"] = null, ["fp16"] = false, ["seed"] = 1 },
        ["task"] = task,
        ["model"] = model,
        ["criterion"] = new Dictionary<string, object?>
        {
            ["_name"] = "hubert",
            ["pred_masked_weight"] = 1.0,
            ["pred_nomask_weight"] = 0.0,
            ["loss_weights"] = new List<object?> { 10.0 },
        },
    };

    /// <summary>
    /// The keys of the first published HubertConfig; those that came later have no other values here than their defaults.
    /// </summary>
    private static OrderedDictionary<string, object?> Model(ModelConfig model, TaskConfig task)
    {
        var keys = FirstModel(model, task);
        if (model.ConvPosBatchNorm)
            keys["conv_pos_batch_norm"] = true; // which the first versions have not
        return keys;
    }

    private static OrderedDictionary<string, object?> FirstModel(ModelConfig model, TaskConfig task) => new()
    {
        ["_name"] = "hubert",
        ["label_rate"] = Whole(model.LabelRate > 0 ? model.LabelRate : task.LabelRate),
        ["extractor_mode"] = model.ExtractorMode,
        ["encoder_layers"] = model.EncoderLayers,
        ["encoder_embed_dim"] = model.EncoderEmbedDim,
        ["encoder_ffn_embed_dim"] = model.EncoderFfnEmbedDim,
        ["encoder_attention_heads"] = model.EncoderAttentionHeads,
        ["activation_fn"] = model.ActivationFn,
        ["dropout"] = model.Dropout,
        ["attention_dropout"] = model.AttentionDropout,
        ["activation_dropout"] = model.ActivationDropout,
        ["encoder_layerdrop"] = model.EncoderLayerdrop,
        ["dropout_input"] = model.DropoutInput,
        ["dropout_features"] = model.DropoutFeatures,
        ["final_dim"] = model.FinalDim,
        ["untie_final_proj"] = model.UntieFinalProj,
        ["layer_norm_first"] = model.LayerNormFirst,
        ["conv_feature_layers"] = ConvLayerSpec.Format(model.ConvFeatureLayers),
        ["conv_bias"] = model.ConvBias,
        ["logit_temp"] = model.LogitTemp,
        ["target_glu"] = model.TargetGlu,
        ["feature_grad_mult"] = model.FeatureGradMult,
        ["mask_length"] = model.MaskLength,
        ["mask_prob"] = model.MaskProb,
        ["mask_selection"] = model.MaskSelection,
        ["mask_other"] = model.MaskOther,
        ["no_mask_overlap"] = model.NoMaskOverlap,
        ["mask_min_space"] = model.MaskMinSpace,
        ["mask_channel_length"] = model.MaskChannelLength,
        ["mask_channel_prob"] = model.MaskChannelProb,
        ["mask_channel_selection"] = model.MaskChannelSelection,
        ["mask_channel_other"] = model.MaskChannelOther,
        ["no_mask_channel_overlap"] = model.NoMaskChannelOverlap,
        ["mask_channel_min_space"] = model.MaskChannelMinSpace,
        ["conv_pos"] = model.ConvPos,
        ["conv_pos_groups"] = model.ConvPosGroups,
        ["latent_temp"] = new List<object?> { 2.0, 0.5, 0.999995 },
        ["skip_masked"] = model.SkipMasked,
        ["skip_nomask"] = model.SkipNomask,
    };

    private static OrderedDictionary<string, object?> Task(TaskConfig task, IEnumerable<string> labels) => new()
    {
        ["_name"] = "hubert_pretraining",
        ["data"] = Here,
        ["fine_tuning"] = false,
        ["labels"] = labels.Cast<object?>().ToList(),
        ["label_dir"] = Here,
        ["label_rate"] = Whole(task.LabelRate),
        ["sample_rate"] = task.SampleRate,
        ["normalize"] = task.Normalize,
        ["enable_padding"] = false,
        ["max_sample_size"] = task.MaxSampleSize,
        ["min_sample_size"] = task.MinSampleSize,
        ["single_target"] = false,
        ["random_crop"] = task.RandomCrop,
        ["pad_audio"] = task.PadAudio,
    };

    private static OrderedDictionary<string, object?> CtcModel(PortableModel portable) => new()
    {
        ["_name"] = "hubert_ctc",
        ["w2v_path"] = "",
        ["no_pretrained_weights"] = false,
        ["dropout_input"] = 0.0,
        ["final_dropout"] = 0.0,
        ["dropout"] = 0.0,
        ["attention_dropout"] = 0.0,
        ["activation_dropout"] = 0.0,
        ["apply_mask"] = false,
        ["feature_grad_mult"] = 0.0,
        ["layerdrop"] = 0.0,
        ["normalize"] = portable.Description.Task.Normalize,
        ["data"] = Here,
        ["w2v_args"] = Groups(Model(portable.Description.Model, portable.Description.Task), Task(portable.Description.Task, [CtcLabel])),
    };

    private static OrderedDictionary<string, object?> CtcTask(TaskConfig task)
    {
        var settings = Task(task, [CtcLabel]);
        settings["fine_tuning"] = true;
        settings["label_rate"] = -1;
        settings["single_target"] = true;
        return settings;
    }

    /// <summary>The first versions declare whole label rates, later ones real numbers, which take both.</summary>
    private static readonly Func<double, object?> Whole = rate => rate == Math.Floor(rate) ? (long)rate : (object)rate;
}
