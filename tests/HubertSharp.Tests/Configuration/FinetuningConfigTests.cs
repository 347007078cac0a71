using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration;

/// <summary>fairseq's fine-tuning configurations: the bundled ones, one of the user's own unchanged, and wav2vec's task.</summary>
public sealed class FinetuningConfigTests : IDisposable
{
    private static readonly string[] s_given =
        ["task.data=/d", "task.label_dir=/l", "model.w2v_path=/m.pt", "checkpoint.save_dir=/r/checkpoints"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_bundled_one_loads_and_reads_back()
    {
        Assert.Equal(["base_100h", "base_10h", "finetune_small_cpu"], BundledConfigs.Finetuning);
        Assert.Contains("hubert_small_cpu", BundledConfigs.Pretraining);
        foreach (var name in BundledConfigs.Finetuning)
        {
            var first = ConfigLoader.Load<FinetuningConfig>(name, s_given);
            Assert.Equal("ctc", first.Value.Criterion.Name);
            Assert.True(first.Value.Criterion.SentenceAvg);
            var again = (ResolvedConfig<FinetuningConfig>)ConfigLoader.LoadAnyRun(_folder.Write($"{name}.yaml", first.ToYaml()));
            Assert.Equal(first.Entries.Select(e => (e.Key, e.Value)), again.Entries.Select(e => (e.Key, e.Value)));
            Assert.Empty(first.Notices);
        }
    }

    [Fact]
    public void The_ten_hours_are_fairseqs()
    {
        var config = ConfigLoader.Load<FinetuningConfig>("base_10h", s_given).Value;
        var schedule = Assert.IsType<TriStageConfig>(config.LrScheduler);
        Assert.Equal((25_000, 2e-5, 10_000, 10_000, 3_200_000), (config.Optimization.MaxUpdate, config.Optimization.Lr[0],
            config.Model.FreezeFinetuneUpdates, config.Dataset.ValidateAfterUpdates, config.Dataset.MaxTokens));
        Assert.Equal((8000L, 0L, 72_000L), schedule.Stages());
        Assert.Equal((0.75, 10, 0.5, 64, 0.1, 0.1, 0.0), (config.Model.MaskProb, config.Model.MaskLength, config.Model.MaskChannelProb,
            config.Model.MaskChannelLength, config.Model.Layerdrop, config.Model.ActivationDropout, config.Model.FeatureGradMult));
        Assert.False(config.Task.Pads());
        Assert.Equal(("wer", false), (config.Checkpoint.BestCheckpointMetric, config.Checkpoint.MaximizeBestCheckpointMetric));
        var warnings = FinetuningRules.Warnings(config, 25_000).ToList();
        Assert.Contains("with 49% of the peak rate", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(80_000, ConfigLoader.Load<FinetuningConfig>("base_100h", s_given).Value.Optimization.MaxUpdate);
    }

    [Fact]
    public void Fairseqs_file_loads_unchanged()
    {
        // the layout of its base_10h.yaml, keys without meaning here among them
        var path = _folder.Write("base_10h.yaml", """
            # @package _group_
            common: {fp16: true, log_format: json, log_interval: 200, tensorboard_logdir: tblog, seed: 1337}
            checkpoint: {save_interval: 5, keep_interval_updates: 1, no_epoch_checkpoints: true, best_checkpoint_metric: wer}
            distributed_training: {ddp_backend: c10d, find_unused_parameters: true, distributed_world_size: 1, nprocs_per_node: 8}
            task: {_name: hubert_pretraining, data: ???, fine_tuning: true, label_dir: ???, labels: ["ltr"], single_target: true}
            dataset: {num_workers: 0, max_tokens: 3200000, validate_after_updates: "${model.freeze_finetune_updates}", validate_interval: 5}
            criterion: {_name: ctc, zero_infinity: true, wer_args: "('lm.bin','lexicon.lst',2,-1)"}
            optimization: {max_update: 25000, lr: [2e-5], sentence_avg: true, update_freq: [1]}
            optimizer: {_name: adam, adam_betas: "(0.9,0.98)", adam_eps: 1e-08}
            lr_scheduler: {_name: tri_stage, warmup_steps: 8000, hold_steps: 0, decay_steps: 72000, final_lr_scale: 0.05}
            model: {_name: hubert_ctc, w2v_path: ???, apply_mask: true, freeze_finetune_updates: 10000, encoder_embed_dim: 768}
            hydra: {run: {dir: ???}}
            """);
        var resolved = ConfigLoader.Load<FinetuningConfig>(path, s_given);
        Assert.Equal(10_000, resolved.Value.Dataset.ValidateAfterUpdates);
        Assert.Contains("criterion.wer_args", Assert.Single(resolved.Notices), StringComparison.Ordinal);
        Assert.IsType<ResolvedConfig<FinetuningConfig>>(ConfigLoader.LoadAny(path, s_given));
        Assert.IsType<ResolvedConfig<HubertConfig>>(ConfigLoader.LoadAny("hubert_small_cpu", [], allowMissing: true));
    }

    [Fact]
    public void Wav2vecs_task_reads_one_set_and_pads()
    {
        var path = _folder.Write("a.yaml", """
            task: {_name: audio_finetuning, data: /d, labels: ltr, normalize: true, eval_wer: false}
            criterion: ctc
            model: {_name: hubert_ctc, w2v_path: m.pt}
            optimization: {max_update: 10, lr: [1e-4]}
            """);
        var config = ConfigLoader.Load<FinetuningConfig>(path, []).Value;
        Assert.Equal(["ltr"], config.Task.Labels);
        Assert.True(config.Task.Pads());
        Assert.False(config.Criterion.SentenceAvg);
        Assert.Equal(["chars"], ConfigLoader.Load<FinetuningConfig>(path, ["task.labels=chars"]).Value.Task.Labels);
    }

    [Theory]
    [InlineData("task.labels=[ltr,phn]", "task.labels expected one set of transcripts such as [ltr]")]
    [InlineData("task.fine_tuning=false", "task.fine_tuning expected true")]
    [InlineData("task.sample_rate=8000", "task.sample_rate expected 16000")]
    [InlineData("lr_scheduler.phase_ratio=[0.1,0.4,0.5] optimization.max_update=1", "optimization.max_update expected at least 2 updates, "
        + "because lr_scheduler.phase_ratio gives 0.5 of them to the way down, found 1")]
    [InlineData("lr_scheduler.phase_ratio=[0.5,0.5,0]", "lr_scheduler.phase_ratio expected a share above 0 for the way down")]
    [InlineData("criterion.post_process=bytes", "criterion.post_process expected letter or sentencepiece or wordpiece or none")]
    [InlineData("model._name=hubert_seq2seq", "this is a configuration of sequence-to-sequence fine-tuning")]
    public void What_cannot_work_is_one_line(string given, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => ConfigLoader.Load<FinetuningConfig>("base_10h", [.. s_given, .. given.Split(' ')])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_hurts_is_said()
    {
        IEnumerable<string> Of(params string[] given) => FinetuningRules.Warnings(
            ConfigLoader.Load<FinetuningConfig>("base_10h", [.. s_given, .. given]).Value, 5000);

        var all = Of().ToList();
        Assert.Equal(2, all.Count(w => w.Contains("freeze_finetune_updates", StringComparison.Ordinal)
            || w.Contains("validate_after_updates", StringComparison.Ordinal)));
        Assert.Empty(Of("model.freeze_finetune_updates=0", "lr_scheduler.phase_ratio=[0.1,0.4,0.5]", "lr_scheduler.max_update=5000"));
        Assert.Contains("nothing is masked", string.Concat(Of("model.mask_prob=0", "model.mask_channel_prob=0")), StringComparison.Ordinal);
    }
}
