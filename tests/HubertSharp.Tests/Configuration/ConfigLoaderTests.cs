using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration;

public class ConfigLoaderTests
{
    private static readonly string[] BaseGiven = ["task.data=/d", "task.label_dir=/l", "task.labels=[km]", "model.label_rate=100"];

    [Fact]
    public void Base_carries_the_published_values_and_fairseqs_defaults()
    {
        var config = ConfigLoader.Load("hubert_base_librispeech", BaseGiven).Value;
        Assert.Equal((0.9, 0.98), config.Optimizer.AdamBetas);
        Assert.Equal([0.0005], config.LrScheduler.Lr);
        var schedule = Assert.IsType<PolynomialDecayConfig>(config.LrScheduler);
        Assert.Equal(400_000, schedule.TotalNumUpdate);
        Assert.Equal(32_000, schedule.WarmupUpdates);
        Assert.Equal(100, config.Task.LabelRate);
        Assert.Equal(1_400_000, config.Dataset.MaxTokensValid);
        Assert.Equal([10.0], config.Criterion.LossWeights);
        Assert.Equal(12, config.Model.EncoderLayers);
        Assert.Equal(7, config.Model.ConvFeatureLayers.Count);
        Assert.Equal(320, config.Model.ConvFeatureLayers.Aggregate(1, (hop, layer) => hop * layer.Stride));
        Assert.Equal(8, config.Dataset.RequiredBatchSizeMultiple);
        Assert.False(config.Model.LayerNormFirst);
    }

    [Theory]
    [InlineData("hubert_large_librivox", 24, 1024, 0.0015, 900_000)]
    [InlineData("hubert_xlarge_librivox", 48, 1280, 0.003, 360_000)]
    public void Large_and_x_large_carry_theirs(string name, int layers, int width, double lr, int maxTokens)
    {
        var config = ConfigLoader.Load(name, BaseGiven).Value;
        Assert.Equal((layers, width, maxTokens),
            (config.Model.EncoderLayers, config.Model.EncoderEmbedDim, config.Dataset.MaxTokens!.Value));
        Assert.Equal([lr], config.Optimization.Lr);
        Assert.True(config.Model.LayerNormFirst && config.Task.Normalize);
        Assert.Equal("layer_norm", config.Model.ExtractorMode);
        Assert.Equal(0, config.Model.Dropout + config.Model.AttentionDropout + config.Model.DropoutInput + config.Model.DropoutFeatures
            + config.Model.EncoderLayerdrop);
    }

    [Fact]
    public void Every_bundled_configuration_loads_and_reads_back_from_its_own_yaml()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in BundledConfigs.Pretraining)
        {
            var first = ConfigLoader.Load(name, [.. BaseGiven, "checkpoint.save_dir=/r"]);
            var again = ConfigLoader.Load(folder.Write($"{name}.yaml", first.ToYaml()), []);
            Assert.Equal(first.Entries.Select(e => (e.Key, e.Value)), again.Entries.Select(e => (e.Key, e.Value)));
            Assert.Empty(again.Missing);
        }
    }

    [Fact]
    public void A_users_base_with_c10d_and_longer_crops_loads_unchanged()
    {
        using var folder = new TemporaryFolder();
        var text = BundledConfigs.Find("hubert_base_librispeech")!
            .Replace("ddp_backend: no_c10d", "ddp_backend: c10d", StringComparison.Ordinal)
            .Replace("max_sample_size: 250000", "max_sample_size: 320000", StringComparison.Ordinal)
            + "\nhydra:\n  job:\n    config:\n      override_dirname:\n        kv_sep: '-'\n        exclude_keys:\n          - run\n"
            + "          - task.data\n"
            + "  run:\n    dir: ???\n  sweep:\n    subdir: ${hydra.job.config_name}__${hydra.job.override_dirname}\n";
        folder.Write("hubert_base_librispeech.yaml", text);
        var config = ConfigLoader.Load("hubert_base_librispeech", BaseGiven, folder.FullName);
        Assert.Equal(320_000, config.Value.Task.MaxSampleSize);
        var notice = Assert.Single(config.Notices, n => n.StartsWith("accepted", StringComparison.Ordinal));
        Assert.Contains("distributed_training.ddp_backend", notice, StringComparison.Ordinal);
        Assert.Contains("hydra.*", notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimization.lr=[0.00025]", "optimization.lr", "[0.00025]")]
    [InlineData("+optimization.lr=[1e-3,5e-4]", "optimization.lr", "[0.001, 0.0005]")]
    [InlineData("++optimizer.adam_eps=1e-06", "optimizer.adam_eps", "1e-06")]
    [InlineData("optimizer.adam_betas=(0.9,0.98)", "optimizer.adam_betas", "(0.9,0.98)")]
    [InlineData("optimizer.adam_betas='(0.8, 0.95)'", "optimizer.adam_betas", "(0.8,0.95)")]
    [InlineData("optimizer.adam_betas=[0.9,0.9]", "optimizer.adam_betas", "(0.9,0.9)")]
    [InlineData("task.labels=[km0,km1]", "task.labels", "[km0, km1]")]
    [InlineData("task.labels=['km','a b']", "task.labels", "[km, \"a b\"]")]
    [InlineData("task.label_dir=null", "task.label_dir", "null")]
    [InlineData("task.data='/with space/x=1'", "task.data", "\"/with space/x=1\"")]
    [InlineData("common.fp16=False", "common.fp16", "false")]
    [InlineData("dataset.max_tokens=1_400_000", "dataset.max_tokens", "1400000")]
    [InlineData("criterion.loss_weights=[10,]", "criterion.loss_weights", "[10]")]
    [InlineData("criterion.loss_weights=null", "criterion.loss_weights", "null")]
    [InlineData("model.label_rate=33.3", "model.label_rate", "33.3")]
    [InlineData("model.conv_feature_layers=[(32,10,5)] + [(16,3,2)] * 2", "model.conv_feature_layers", "'[(32,10,5),(16,3,2),(16,3,2)]'")]
    [InlineData("model.conv_feature_layers='[(32,10,5)]*2'", "model.conv_feature_layers", "'[(32,10,5),(32,10,5)]'")]
    [InlineData("task.max_sample_size=${dataset.max_tokens}", "task.max_sample_size", "1400000")]
    [InlineData("task.data=/runs/${task.labels}", "task.data", null)]
    [InlineData("task.data=/runs/${model._name}_${model.${common.device}}", "task.data", null)]
    [InlineData("checkpoint.save_dir=/runs/${model._name}_${model.label_rate}/${.restore_file}", "checkpoint.save_dir",
        "/runs/hubert_100/checkpoint_last.pt")]
    [InlineData("optimizer=adam", "optimizer._name", "adam")]
    [InlineData("~dataset.max_tokens", "dataset.max_tokens", "null")]
    public void Overrides_are_read_as_hydra_reads_them(string argument, string key, string? expected)
    {
        string[] overrides = [.. BaseGiven, argument];
        if (expected is null)
        {
            Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_base_librispeech", overrides));
            return;
        }
        var entry = ConfigLoader.Load("hubert_base_librispeech", overrides).Entries.Single(e => e.Key == key);
        Assert.Equal(expected, entry.Value);
    }

    [Fact]
    public void Later_overrides_win_and_origins_name_the_place()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.yaml", "task:\n  data: /a\nmodel:\n  label_rate: 50\n  dropout: 0.2\n");
        var entries = ConfigLoader.Load(path, ["model.dropout=0.3", "model.dropout=0.4"]).Entries.ToDictionary(e => e.Key);
        Assert.Equal(("0.4", "command line"), (entries["model.dropout"].Value, entries["model.dropout"].Origin));
        Assert.Equal($"{path}:2", entries["task.data"].Origin);
        Assert.Equal("default", entries["model.mask_length"].Origin);
        Assert.Equal("default ${optimization.max_update}", entries["lr_scheduler.total_num_update"].Origin);
        Assert.Equal(("-1", "default"), (entries["task.label_rate"].Value, entries["task.label_rate"].Origin));
    }

    [Fact]
    public void Missing_values_are_named_together_once()
    {
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_base_librispeech", []));
        Assert.Equal(
            "no value for task.data, task.labels, task.label_dir, model.label_rate; give them as task.data=DIR task.labels=[km] "
            + "task.label_dir=DIR model.label_rate=100", error.Message);
        var open = ConfigLoader.Load("hubert_base_librispeech", [], allowMissing: true);
        Assert.Equal(["task.data", "task.labels", "task.label_dir", "model.label_rate"], open.Missing);
        Assert.Equal("???", open.Entries.Single(e => e.Key == "task.label_rate").Value);
    }

    [Fact]
    public void Defaults_lists_bring_in_files_choices_and_self()
    {
        using var folder = new TemporaryFolder();
        folder.Write("base.yaml", "task:\n  data: /base\n  normalize: true\nmodel:\n  dropout: 0.5\n");
        folder.Write("model/tiny.yaml", "# @package _group_\n_name: hubert\nencoder_layers: 2\ndropout: 0.3\n");
        var path = folder.Write("run.yaml",
            "defaults:\n  - base\n  - model: tiny\n  - criterion: hubert\n  - optimizer: null\n  - override hydra/launcher: "
            + "submitit_slurm\n  - _self_\ntask:\n  data: /own\nmodel:\n  label_rate: 50\n");
        var config = ConfigLoader.Load(path, []);
        Assert.Equal(("/own", true), (config.Value.Task.Data, config.Value.Task.Normalize));
        Assert.Equal((2, 0.3), (config.Value.Model.EncoderLayers, config.Value.Model.Dropout));
        Assert.Contains("hydra.*", Assert.Single(config.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_defaults_list_that_includes_itself_ends()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("run.yaml", "defaults:\n  - run\n  - run\n");
        Assert.Throws<UserException>(() => ConfigLoader.Load(path, []));
    }

    [Fact]
    public void Environment_variables_resolve_with_a_default()
    {
        var config = ConfigLoader.Load("hubert_base_librispeech",
            [.. BaseGiven, "task.data=${oc.env:HUBERTSHARP_NO_SUCH_VARIABLE,/fallback}/x"]);
        Assert.Equal("/fallback/x", config.Value.Task.Data);
    }

    /// <summary>All defaults would be a model of 95 million parameters, which nobody asked for.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("{}\n")]
    [InlineData("model:\n")]
    public void A_file_without_a_key_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("empty.yaml", text);
        Assert.Contains($"{path}: the configuration is empty",
            Assert.Throws<UserException>(() => ConfigLoader.Load(path, ["model.label_rate=100"], allowMissing: true)).Message,
            StringComparison.Ordinal);
    }
}
