using HubertSharp.Interop;
using HubertSharp.Interop.Fairseq;
using HubertSharp.Models;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Training;
using HubertSharp.Training.Checkpoints;
using HubertSharp.Training.Updates;

namespace HubertSharp.Pretraining;

/// <summary>
/// What a run without checkpoints of its own starts from: fairseq's <c>checkpoint.finetune_from_model</c> (weights alone) and
/// <c>checkpoint.restore_file</c> (updates and optimizer too, unless <c>reset_optimizer</c>), in any form that a model lies in.
/// </summary>
internal static class StartingPoint
{
    /// <summary>The checkpoint that the configuration names; null for a start from drawn weights.</summary>
    /// <exception cref="Runs.UserException">Keys that exclude each other.</exception>
    public static string? Named(CheckpointConfig config)
    {
        var restores = config.RestoreFile.Length > 0 && config.RestoreFile != CheckpointConfig.OwnCheckpoint;
        if (config.FinetuneFromModel is null)
            return restores ? config.RestoreFile : null;
        if (restores)
            throw PretrainingFaults.TwoStartingPoints("checkpoint.restore_file");
        if (config.ResetOptimizer || config.ResetLrScheduler || config.ResetMeters || config.ResetDataloader)
            throw PretrainingFaults.TwoStartingPoints("checkpoint.reset_optimizer, reset_lr_scheduler, reset_meters or reset_dataloader");
        return config.FinetuneFromModel;
    }

    /// <summary>Sets weights, optimizer and progress of a new run.</summary>
    /// <param name="path">From <see cref="Named"/>.</param>
    /// <param name="config">The run's configuration.</param>
    /// <param name="dictionaries">The symbols of the run's label sets.</param>
    /// <param name="newLabels">Draw label embeddings and final projection anew although they would fit.</param>
    /// <param name="notice">Told what was taken over and what was not.</param>
    /// <exception cref="Runs.UserException">No model there, or one of another architecture.</exception>
    public static void Take(
        string path, HubertConfig config, IReadOnlyList<IReadOnlyList<string>> dictionaries, bool newLabels, HubertModel model,
        FairseqAdam optimizer, RunProgress progress, Action<string> notice)
    {
        var restores = config.Checkpoint.FinetuneFromModel is null && !config.Checkpoint.ResetOptimizer;
        var source = ModelReader.Read(path, withTraining: restores);
        foreach (var text in source.Notices)
            notice(text);
        CheckArchitecture(path, source.Description.Model, config.Model);
        if (source.Description.Task.Normalize != config.Task.Normalize)
            notice($"warning: {path} was trained with task.normalize={Text(source.Description.Task.Normalize)}, "
                + $"this run has {Text(config.Task.Normalize)}");
        var head = newLabels ? "the label sets are said to be new" : HeadDifference(source, config.Model, model, dictionaries);
        model.Parameters.CopyFrom(info => head is not null && IsHead(info.Name)
            ? model.Parameters.Values(info)
            : source.Weights[info.Name].ToSingles());
        model.CopyBuffers(name => source.Buffers[name].ToSingles());
        notice(head is null
            ? $"starting from the weights of {path}, label embeddings included: its clusters must be the ones that these labels "
                + $"name (else --new-labels)"
            : $"starting from the encoder of {path}; label embeddings and final projection are new: {head}");
        if (restores && head is null)
            Restore(path, source, model, optimizer, progress, notice);
        else if (restores && source.Training is { Updates: > 0 })
            notice("the optimizer starts anew, at update 0: its averages belong to other label sets");
    }

    private static bool IsHead(string name) => FairseqReader.IsPredictionHead(name);

    /// <summary>Settings that decide what the weights mean; shapes alone do not tell heads or the place of layer norms.</summary>
    private static void CheckArchitecture(string path, ModelConfig source, ModelConfig run)
    {
        (string Key, object Source, object Run)[] keys =
        [
            ("frontend", source.Frontend, run.Frontend),
            ("extractor_mode", source.ExtractorMode, run.ExtractorMode), ("encoder_layers", source.EncoderLayers, run.EncoderLayers),
            ("encoder_embed_dim", source.EncoderEmbedDim, run.EncoderEmbedDim),
            ("encoder_ffn_embed_dim", source.EncoderFfnEmbedDim, run.EncoderFfnEmbedDim),
            ("encoder_attention_heads", source.EncoderAttentionHeads, run.EncoderAttentionHeads),
            ("layer_norm_first", Text(source.LayerNormFirst), Text(run.LayerNormFirst)),
            ("conv_feature_layers", ConvLayerSpec.Format(source.ConvFeatureLayers), ConvLayerSpec.Format(run.ConvFeatureLayers)),
            ("conv_bias", Text(source.ConvBias), Text(run.ConvBias)),
            ("conv_pos", source.ConvPos, run.ConvPos), ("conv_pos_groups", source.ConvPosGroups, run.ConvPosGroups),
            ("conv_pos_batch_norm", Text(source.ConvPosBatchNorm), Text(run.ConvPosBatchNorm)),
            ("feat_proj_layer_norm", Text(source.FeatProjLayerNorm), Text(run.FeatProjLayerNorm)),
        ];
        var different = keys.Where(key => !key.Source.Equals(key.Run)).ToList();
        if (different.Count > 0)
            throw PretrainingFaults.OtherArchitecture(path, string.Join(" ", different.Select(d => $"model.{d.Key}={d.Source}")),
                string.Join(" ", different.Select(d => $"{d.Run}")));
    }

    private static string Text(bool value) => value ? "true" : "false";

    /// <summary>Why the prediction head cannot go on; null where it can.</summary>
    private static string? HeadDifference(
        PortableModel source, ModelConfig run, HubertModel model, IReadOnlyList<IReadOnlyList<string>> dictionaries)
    {
        if (!source.HasPredictionHead)
            return "the checkpoint has none";
        if (!source.Description.Classes.SequenceEqual(model.ClassesPerLabelSet))
            return $"the checkpoint has {string.Join(" + ", source.Description.Classes)} classes, "
                + $"the labels have {string.Join(" + ", model.ClassesPerLabelSet)}";
        if (source.Dictionaries is { } known && !known.Zip(dictionaries).All(pair => pair.First.SequenceEqual(pair.Second)))
            return "the dictionaries have as many classes, but others";
        var (theirs, ours) = (HubertParameters.Of(source.Description.Model, source.Description.Classes),
            HubertParameters.Of(run, model.ClassesPerLabelSet));
        return theirs.Where(s => IsHead(s.Name)).Select(Shape).SequenceEqual(ours.Where(s => IsHead(s.Name)).Select(Shape))
            ? null
            : "model.prediction_head, predict_layers, final_dim, untie_final_proj or target_glu differ";

        static string Shape(ParameterSpec spec) => $"{spec.Name} {string.Join(' ', spec.Shape)}";
    }

    private static void Restore(
        string path, PortableModel source, HubertModel model, FairseqAdam optimizer, RunProgress progress, Action<string> notice)
    {
        if (source.Training is not { Moments: { } moments } training)
        {
            notice($"{path} has no optimizer state: Adam and the learning rate start anew, at update 0");
            return;
        }
        CheckpointTensors.Restore(optimizer, model.Parameters,
            info => (StoredTensor.Finite(path, $"exp_avg of {info.Name}", moments[info.Name].First),
                StoredTensor.Finite(path, $"exp_avg_sq of {info.Name}", moments[info.Name].Second)),
            training.AdamSteps, training.LayerSkips, path);
        progress.StartAt(training.Updates);
        notice($"going on from update {training.Updates} of {path}, with its optimizer state");
    }
}
