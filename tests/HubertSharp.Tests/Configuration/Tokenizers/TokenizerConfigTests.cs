using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Runs.Configuration.Tokenizers;

namespace HubertSharp.Tests.Configuration.Tokenizers;

/// <summary>The configuration of a tokenizer's training, ours and the released one.</summary>
public sealed class TokenizerConfigTests : IDisposable
{
    private const string Released = """
        {
            "n_filters": 32, "strides": [8,5,4,2], "dimension": 512, "semantic_dimension": 768, "bidirectional": true, "dilation_base": 2,
            "residual_kernel_size": 3, "n_residual_layers": 1, "lstm_layers": 2, "activation": "ELU", "codebook_size": 512, "n_q": 4,
            "num_mels": 80, "num_freq": 1025, "n_fft": 1024, "hop_size": 240, "win_size": 1024, "fmin": 0, "fmax": 8000,
            "fmax_for_loss": null, "mel_loss_lambdas": [45, 1, 1, 1], "recon_loss_lambda": 500, "commitment_loss_lambda": 10,
            "distill_loss_lambda": 120, "distill_type": "d_axis", "semantic_model_path": "/models/hubert", "semantic_model_layer": "9",
            "train_files":"train_file_list.txt", "valid_files":"dev_file_list.txt", "results_folder": "Log/spt_base",
            "sample_rate": 16000, "batch_size": 5, "epochs":7, "learning_rate": 2e-4, "intial_learning_rate":1e-4, "num_warmup_steps":10,
            "betas":[0.8, 0.99], "adam_b2": 0.9, "lr_decay": 0.98, "seed": 77, "segment_size": 48000, "wd": 0.01, "num_workers": 3,
            "log_steps": 50, "stdout_steps": 10, "save_model_steps": 1500, "num_ckpt_keep": 4, "showpiece_num": 8
        }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_released_configuration_is_taken_as_it_is()
    {
        var path = _folder.Write("spt_base_cfg.json", Released);
        var resolved = ConfigLoader.Load<TokenizerTrainingConfig>(path, []);
        var config = resolved.Value;
        Assert.Equal((32, 512, 768, 512, 4), (config.Model.NFilters, config.Model.Dimension, config.Model.SemanticDimension,
            config.Model.CodebookSize, config.Model.NQ));
        Assert.Equal([8, 5, 4, 2], config.Model.Strides);
        Assert.Equal(("/models/hubert", "9", "train_file_list.txt", "dev_file_list.txt", 48000), (config.Task.Teacher,
            config.Task.TeacherLayer, config.Task.TrainFiles, config.Task.ValidFiles, config.Task.SegmentSize));
        Assert.Equal([45, 1, 1, 1], config.Criterion.MelLossLambdas);
        Assert.Equal((500, 10, 120, "d_axis"), (config.Criterion.ReconLossLambda, config.Criterion.CommitmentLossLambda,
            config.Criterion.DistillLossLambda, config.Criterion.DistillType));
        Assert.Equal((5, 3, 1500), (config.Dataset.BatchSize, config.Dataset.NumWorkers, config.Dataset.ValidateIntervalUpdates));
        Assert.Equal(("Log/spt_base", 1500, 4), (config.Checkpoint.SaveDir, config.Checkpoint.SaveIntervalUpdates,
            config.Checkpoint.KeepIntervalUpdates));
        Assert.Equal((7, 77, 50), (config.Optimization.MaxEpoch, config.Common.Seed, config.Common.LogInterval));
        Assert.Equal([2e-4], config.Optimization.Lr);
        var adam = Assert.IsType<AdamWConfig>(config.Optimizer);
        Assert.Equal(((0.8, 0.99), 0.01), (adam.AdamBetas, adam.WeightDecay));
        var cosine = Assert.IsType<CosineConfig>(config.LrScheduler);
        Assert.Equal((10, 1e-4), (cosine.WarmupUpdates, cosine.WarmupInitLr));
        Assert.Contains("accepted, without effect here: adam_b2, fmax, lr_decay, num_freq, showpiece_num, stdout_steps", resolved.Notices);
        Assert.Equal(7, ((TokenizerTrainingConfig)ConfigLoader.LoadAny(path, []).Shared).Optimization.MaxEpoch);
    }

    [Fact]
    public void What_the_released_configuration_misspells_is_named()
    {
        var path = _folder.Write("spt.json", Released.Replace("\"epochs\"", "\"epoch\"", StringComparison.Ordinal));
        Assert.Contains("unknown key 'epoch'",
            Assert.Throws<UserException>(() => ConfigLoader.Load<TokenizerTrainingConfig>(path, [])).Message);
    }

    [Fact]
    public void Defaults_are_the_released_values_and_bundled_ones_load_again()
    {
        var config = new TokenizerTrainingConfig();
        Assert.Equal((64, 1024, 1024, 8), (config.Model.NFilters, config.Model.Dimension, config.Model.CodebookSize, config.Model.NQ));
        Assert.Equal((6, 10, 1234), (config.Dataset.BatchSize, config.Optimization.MaxEpoch, config.Common.Seed));
        Assert.Equal([1e-4], config.Optimization.Lr);
        Assert.Equal(["speech_tokenizer_base", "tokenizer_small_cpu"], BundledConfigs.Tokenizers);
        Assert.DoesNotContain("tokenizer_small_cpu", BundledConfigs.Pretraining);
        foreach (var name in BundledConfigs.Tokenizers)
        {
            var first = ConfigLoader.Load<TokenizerTrainingConfig>(name, ["task.data=data", "task.teacher=mfcc", "checkpoint.save_dir=r"]);
            var again = (ResolvedConfig<TokenizerTrainingConfig>)ConfigLoader.LoadAnyRun(_folder.Write($"{name}.yaml", first.ToYaml()));
            Assert.Equal(first.ToYaml(), again.ToYaml());
        }
        var main = Assert.Throws<UserException>(() => ConfigLoader.Load("tokenizer_small_cpu", []));
        Assert.Contains("'hubert tokenizer train'", main.Message);
    }

    [Theory]
    [InlineData("task.segment_size=16001", "a multiple of the 320 samples of a frame")]
    [InlineData("model.lstm_layers=0", "model.lstm_layers expected at least 1")]
    [InlineData("model.scale_channels=8", "a multiple of 16")]
    [InlineData("task.teacher_layer=all", "a layer from 1, avg, or LAYER:WEIGHT")]
    [InlineData("task.parity=exact", "repaired or released")]
    public void What_cannot_work_is_said_at_the_start(string setting, string expected) => Assert.Contains(expected,
        Assert.Throws<UserException>(() => ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu",
            ["task.data=data", "task.teacher=mfcc", "checkpoint.save_dir=r", setting])).Message);

    public void Dispose() => _folder.Dispose();
}
