using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tests.Training;
using HubertSharp.Training;

namespace HubertSharp.Tests.Configuration;

/// <summary>A root record other than pre-training's: read, checked, written, read back and trained from.</summary>
public sealed class RootRecordTests : IDisposable
{
    // the shape of fairseq's fine-tuning configurations
    private const string Yaml = """
        # @package _group_
        common:
          fp16: true
          log_format: json
        checkpoint:
          best_checkpoint_metric: wer
          no_epoch_checkpoints: true
        distributed_training:
          ddp_backend: c10d
        task:
          _name: hubert_pretraining
          data: /d
          fine_tuning: true
          single_target: true
        dataset:
          max_tokens: 3200000
          validate_after_updates: ${model.freeze_finetune_updates}
        criterion:
          _name: ctc
          zero_infinity: true
        optimization:
          max_update: 25000
          lr: [2e-5]
          sentence_avg: true
        optimizer:
          _name: adam
          adam_betas: (0.9,0.98)
        lr_scheduler:
          _name: tri_stage
          warmup_steps: 8000
          hold_steps: 0
          decay_steps: 72000
          final_lr_scale: 0.05
        model:
          _name: hubert_ctc
          w2v_path: ???
          apply_mask: true
          freeze_finetune_updates: 10000
        hydra:
          run:
            dir: ???
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_root_has_its_own_groups_beside_the_shared_ones()
    {
        var resolved = ConfigLoader.Load<FinetuningShape>(_folder.Write("base_10h.yaml", Yaml), ["model.w2v_path=base.pt"]);
        var config = resolved.Value;
        Assert.Equal(("base.pt", true, true, "letter"),
            (config.Model.Checkpoint, config.Criterion.ZeroInfinity, config.Criterion.SentenceAvg, config.Criterion.PostProcess));
        Assert.Equal(10_000, config.Dataset.ValidateAfterUpdates);
        var schedule = Assert.IsType<TriStageConfig>(config.LrScheduler);
        Assert.Equal((8000, 72_000, 0.05, 25_000.0),
            (schedule.WarmupSteps, schedule.DecaySteps, schedule.FinalLrScale, schedule.MaxUpdate));
        Assert.Equal([2e-5], schedule.Lr);
        Assert.Same(config, resolved.Shared);
        Assert.Contains("task.single_target", Assert.Single(resolved.Notices));
        Assert.Equal(["common", "checkpoint", "distributed_training", "task", "dataset", "criterion", "optimization", "optimizer",
            "lr_scheduler", "model", "discriminator_optimizer"], resolved.Entries.Select(e => e.Key.Split('.')[0]).Distinct());
    }

    [Fact]
    public void What_it_writes_reads_back_and_no_other_root_takes_it()
    {
        var first = ConfigLoader.Load<FinetuningShape>(_folder.Write("a.yaml", Yaml),
            ["model.w2v_path=base.pt", "discriminator_optimizer.adam_eps=1e-6", "discriminator_optimizer=adam"]);
        Assert.IsType<AdamConfig>(first.Value.DiscriminatorOptimizer);
        var path = _folder.Write("config.yaml", first.ToYaml());
        var again = ConfigLoader.LoadRun<FinetuningShape>(path);
        Assert.Equal(first.Entries.Select(e => (e.Key, e.Value)), again.Entries.Select(e => (e.Key, e.Value)));
        var error = Assert.Throws<UserException>(() => ConfigLoader.LoadRun(path)).Message;
        Assert.Contains($"{path}:", error);
        Assert.Contains("unknown key 'criterion.zero_infinity'", error);
        Assert.Contains("'discriminator_optimizer'", error);
        Assert.Contains("unknown key 'model.w2v_path'",
            Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_base_librispeech", ["model.w2v_path=x"])).Message);
    }

    [Fact]
    public void Its_rules_join_the_shared_ones()
    {
        var path = _folder.Write("a.yaml", Yaml);
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load<FinetuningShape>(path,
            ["model.w2v_path=base.pt", "optimization.max_update=5", "optimization.update_freq=[]", "lr_scheduler.decay_steps=0"])).Message;
        Assert.Equal($"3 faults in the configuration: (1) command line: optimization.update_freq expected at least one number such as [1], "
            + $"found none; (2) command line: lr_scheduler.decay_steps expected at least 1 update here, or a share in "
            + $"lr_scheduler.phase_ratio, found 0; (3) {path}:38: model.freeze_finetune_updates expected less than "
            + $"optimization.max_update, found 10000", error);
        Assert.Equal("no value for model.w2v_path; give it as model.w2v_path=VALUE",
            Assert.Throws<UserException>(() => ConfigLoader.Load<FinetuningShape>(path, [])).Message);
        Assert.Contains("the nearest known key is 'model.w2v_path'",
            Assert.Throws<UserException>(() => ConfigLoader.Load<FinetuningShape>(path, ["model.w2v_pth=x"])).Message);
    }

    [Fact]
    public void The_engine_trains_from_it()
    {
        string[] overrides =
        [
            "model.w2v_path=base.pt", "model.freeze_finetune_updates=0", "optimization.max_update=12", "optimization.update_freq=[2]",
            "optimization.lr=[0.05]", "lr_scheduler.warmup_steps=4", "lr_scheduler.decay_steps=6", "common.fp16=false", "common.cpu=true",
            "checkpoint.best_checkpoint_metric=loss", "common.log_interval=2",
        ];
        var resolved = ConfigLoader.Load<FinetuningShape>(_folder.Write("a.yaml", Yaml), overrides);
        using (var run = TrainingRun.Open(resolved, _folder.At("run"), new TrainingOptions(), Replicas.Alone))
        using (var task = new ToyTask(resolved.Value))
            Assert.True(TrainingLoop.Run(run, task, CancellationToken.None).Finished);
        Assert.Equal(resolved.ToYaml(), File.ReadAllText(_folder.At("run", "config.yaml")));
        Assert.Contains("\"lr_scheduler.final_lr_scale\"",
            File.ReadAllText(_folder.At("run", "checkpoints", "update_000000012", "state.json")));
    }

    public void Dispose() => _folder.Dispose();
}
