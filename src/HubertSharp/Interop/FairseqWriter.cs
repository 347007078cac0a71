using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Labels;
using HubertSharp.Runs.PyTorch;

namespace HubertSharp.Interop;

/// <summary>
/// Writes a <c>.pt</c> that fairseq and <c>torch.load(weights_only=True)</c> take: settings as plain dictionaries, with the keys that
/// every version of fairseq's HuBERT knows. The dictionaries lie beside it as <c>dict.LABEL.txt</c>, where <c>task.label_dir</c> points to,
/// because a <c>Dictionary</c> object in the file is what newer versions of PyTorch refuse.
/// </summary>
internal static class FairseqWriter
{
    private const string HubertPrefix = "w2v_encoder.w2v_model.", HeadPrefix = "w2v_encoder.proj.", CtcLabel = "ltr";

    /// <param name="path">The <c>.pt</c>.</param>
    /// <param name="portable">The model.</param>
    /// <param name="dictionaryObjects">Put the dictionaries into the file as fairseq itself does, which <c>weights_only=True</c> refuses.</param>
    /// <param name="force">Replace dictionaries beside it that are others.</param>
    /// <exception cref="Runs.UserException">The disk is full, the folder cannot be written, or fairseq has no such model.</exception>
    public static void Write(string path, PortableModel portable, bool dictionaryObjects = false, bool force = false)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var dictionaries = Dictionaries(portable);
        if (dictionaries.SelectMany(d => d.Dictionary.Symbols).FirstOrDefault(symbol => symbol.Length == 0 || symbol.Any(char.IsWhiteSpace)) is { } bad)
            throw InteropFaults.Symbol(portable.Path, bad);
        foreach (var (label, dictionary) in dictionaries)
        {
            var beside = Path.Combine(folder, $"dict.{label}.txt");
            if (File.Exists(beside) && !force && !LabelDictionary.Read(beside).Symbols.SequenceEqual(dictionary.Symbols))
                throw InteropFaults.OtherDictionary(beside);
            if (!File.Exists(beside) || force)
                dictionary.Write(beside);
        }
        var settings = portable.Ctc is null
            ? Settings(Model(portable.Description.Model, portable.Description.Task), Task(portable.Description.Task, dictionaries.Select(d => d.Label), folder))
            : Settings(CtcModel(portable, folder), CtcTask(portable.Description.Task, folder));
        var root = new OrderedDictionary<string, object?>
        {
            ["args"] = null,
            ["cfg"] = settings,
            ["model"] = Weights(portable),
            ["criterion"] = null,
            ["optimizer_history"] = History(portable),
            ["task_state"] = dictionaryObjects ? TaskState(portable, dictionaries) : new Dictionary<string, object?>(),
            ["extra_state"] = new OrderedDictionary<string, object?>
            {
                ["metrics"] = new Dictionary<string, object?>(),
                ["train_iterator"] = new OrderedDictionary<string, object?>
                {
                    ["version"] = 2,
                    ["epoch"] = 1,
                    ["iterations_in_epoch"] = 0,
                    ["shuffle"] = true,
                },
                ["val_loss"] = null,
                ["previous_training_time"] = 0,
            },
            ["last_optimizer_state"] = OptimizerState(portable),
        };
        TorchWriter.Write(path, root);
    }

    private static OrderedDictionary<string, object?> Settings(object model, object task) => new()
    {
        ["_name"] = null,
        ["common"] = new Dictionary<string, object?> { ["_name"] = null, ["fp16"] = false, ["seed"] = 1 },
        ["task"] = task,
        ["model"] = model,
        ["criterion"] = new Dictionary<string, object?> { ["_name"] = "hubert", ["pred_masked_weight"] = 1.0, ["pred_nomask_weight"] = 0.0, ["loss_weights"] = new List<object?> { 10.0 } },
    };

    /// <summary>The keys of the first published HubertConfig; those that came later have no other values here than their defaults.</summary>
    private static OrderedDictionary<string, object?> Model(ModelConfig model, TaskConfig task) => new()
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

    private static OrderedDictionary<string, object?> Task(TaskConfig task, IEnumerable<string> labels, string folder) => new()
    {
        ["_name"] = "hubert_pretraining",
        ["data"] = folder,
        ["fine_tuning"] = false,
        ["labels"] = labels.Cast<object?>().ToList(),
        ["label_dir"] = folder,
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

    private static OrderedDictionary<string, object?> CtcModel(PortableModel portable, string folder) => new()
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
        ["data"] = folder,
        ["w2v_args"] = Settings(Model(portable.Description.Model, portable.Description.Task), Task(portable.Description.Task, [CtcLabel], folder)),
    };

    private static OrderedDictionary<string, object?> CtcTask(TaskConfig task, string folder)
    {
        var settings = Task(task, [CtcLabel], folder);
        settings["fine_tuning"] = true;
        settings["label_rate"] = -1;
        settings["single_target"] = true;
        return settings;
    }

    private static OrderedDictionary<string, object?> Weights(PortableModel portable)
    {
        var weights = new OrderedDictionary<string, object?>();
        foreach (var (name, tensor) in portable.Weights)
        {
            if (portable.Ctc is null)
                weights[name] = tensor;
            else if (!FairseqReader.IsPredictionHead(name))
                weights[HubertPrefix + name] = tensor;
        }
        if (portable.Ctc is { } head)
        {
            weights[HeadPrefix + "weight"] = head.Weight;
            weights[HeadPrefix + "bias"] = head.Bias;
        }
        return weights;
    }

    private static List<(string Label, LabelDictionary Dictionary)> Dictionaries(PortableModel portable)
    {
        if (portable.Ctc is { } head)
        {
            var symbols = CtcTokens.ToFairseq(head.Tokens);
            if (head.Blank != 0 || !symbols.Take(4).SequenceEqual(new LabelDictionary([]).Symbols))
                throw InteropFaults.CtcLayout(portable.Path, "fairseq needs the blank, <s>, </s> and <unk> as its first outputs");
            return [(CtcLabel, new LabelDictionary(symbols.Skip(4).Select(symbol => (symbol, 1L))))];
        }
        var labels = portable.Description.Task.Labels;
        return [.. portable.Description.Classes.Select((count, set) => (
            set < labels.Count && IsFileName(labels[set]) ? labels[set] : $"km{set}",
            new LabelDictionary(portable.Dictionaries is { } known
                ? known[set].Skip(4).Select(symbol => (symbol, 1L))
                : Enumerable.Range(0, Math.Max(0, count - 4)).Select(cluster => ($"{cluster}", 1L)))))];
    }

    /// <summary>Labels come from the checkpoint, and become part of a file's name.</summary>
    private static bool IsFileName(string label) => label.Length is > 0 and <= 64 && label == Path.GetFileName(label) && !label.Any(char.IsControl);

    private static Dictionary<string, object?> TaskState(PortableModel portable, List<(string Label, LabelDictionary Dictionary)> dictionaries)
    {
        var objects = dictionaries.ConvertAll(d => (object?)Object(d.Dictionary));
        return portable.Ctc is null ? new() { ["dictionaries"] = objects } : new() { ["target_dictionary"] = objects[0] };
    }

    private static PythonObject Object(LabelDictionary dictionary)
    {
        var indices = new OrderedDictionary<string, object?>();
        for (var i = 0; i < dictionary.Count; i++)
            indices[dictionary.Symbols[i]] = i;
        return new PythonObject("fairseq.data.dictionary", "Dictionary", new OrderedDictionary<string, object?>
        {
            ["bos_word"] = "<s>",
            ["unk_word"] = "<unk>",
            ["pad_word"] = "<pad>",
            ["eos_word"] = "</s>",
            ["symbols"] = dictionary.Symbols.Cast<object?>().ToList(),
            ["count"] = dictionary.Counts.Cast<object?>().ToList(),
            ["indices"] = indices,
            ["bos_index"] = LabelDictionary.Bos,
            ["pad_index"] = LabelDictionary.Pad,
            ["eos_index"] = LabelDictionary.Eos,
            ["unk_index"] = LabelDictionary.Unk,
            ["nspecial"] = 4,
        });
    }

    private static List<object?> History(PortableModel portable) =>
    [
        new OrderedDictionary<string, object?>
        {
            ["criterion_name"] = portable.Ctc is null ? "HubertCriterion" : "CtcCriterion",
            ["optimizer_name"] = "FairseqAdam",
            ["lr_scheduler_state"] = new Dictionary<string, object?> { ["best"] = null },
            ["num_updates"] = portable.Training?.Updates ?? 0,
        },
    ];

    /// <summary>Numbers in the order of <c>model.parameters()</c>, as torch's optimizers save them.</summary>
    private static OrderedDictionary<string, object?> OptimizerState(PortableModel portable)
    {
        var state = new OrderedDictionary<int, object?>();
        if (portable.Training is { Moments: { } moments } training)
        {
            var i = 0;
            foreach (var name in portable.Weights.Keys)
            {
                var (first, second) = moments[name];
                state[i++] = new OrderedDictionary<string, object?> { ["step"] = training.StepsOf(name), ["exp_avg"] = first, ["exp_avg_sq"] = second };
            }
        }
        return new OrderedDictionary<string, object?>
        {
            ["state"] = state,
            ["param_groups"] = new List<object?>
            {
                new OrderedDictionary<string, object?>
                {
                    ["lr"] = 0.0,
                    ["betas"] = new object?[] { 0.9, 0.98 },
                    ["eps"] = 1e-6,
                    ["weight_decay"] = 0.01,
                    ["amsgrad"] = false,
                    ["params"] = Enumerable.Range(0, portable.Weights.Count).Cast<object?>().ToList(),
                },
            },
        };
    }

    /// <summary>The first versions declare whole label rates, later ones real numbers, which take both.</summary>
    private static readonly Func<double, object?> Whole = rate => rate == Math.Floor(rate) ? (long)rate : (object)rate;
}
