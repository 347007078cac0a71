using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration;

/// <summary>A user's configuration may begin with a bundled one, or with files beside it, and change only what differs.</summary>
public sealed class DefaultsListTests : IDisposable
{
    private static readonly string[] Given = ["task.data=/d", "task.label_dir=/l", "task.labels=[km]", "model.label_rate=100"];
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("[hubert_base_librispeech, _self_]")]
    [InlineData("[hubert_base_librispeech]")]
    [InlineData("[/hubert_base_librispeech]")]
    [InlineData("[hubert_base_librispeech.yaml]")]
    [InlineData("[hubert_base_librispeech@_here_]")]
    [InlineData("\n  - hubert_base_librispeech\n  - _self_\n")]
    public void A_configuration_begins_with_a_bundled_one(string defaults)
    {
        var path = _folder.Write("mine.yaml", $"defaults: {defaults}\noptimization:\n  lr: [0.0002]\nlr_scheduler:\n  power: 2\n");
        var config = ConfigLoader.Load(path, Given);
        var bundled = ConfigLoader.Load("hubert_base_librispeech", Given);
        Assert.Equal(["lr_scheduler.lr", "lr_scheduler.power", "optimization.lr", "optimizer.lr"], config.Entries.Zip(bundled.Entries)
            .Where(p => p.First.Value != p.Second.Value).Select(p => p.First.Key).Order(StringComparer.Ordinal));
        var origins = config.Entries.ToDictionary(e => e.Key, e => e.Origin);
        Assert.StartsWith("bundled hubert_base_librispeech.yaml:", origins["dataset.max_tokens"]);
        Assert.StartsWith($"{path}:", origins["optimization.lr"]);
    }

    [Fact]
    public void What_stands_before_self_is_changed_by_it_and_what_stands_behind_changes_it()
    {
        string[] Of(string defaults) =>
            [.. ConfigLoader.Load(_folder.Write("a.yaml", $"defaults: {defaults}\nmodel:\n  dropout: 0.7\n"), Given).Entries
                .Where(e => e.Key is "model.dropout" or "model.encoder_layers").Select(e => e.Value)];
        Assert.Equal(["24", "0.7"], Of("[hubert_large_librivox, _self_]"));
        Assert.Equal(["24", "0"], Of("[_self_, hubert_large_librivox]"));
    }

    [Fact]
    public void A_file_of_a_bundled_name_stands_for_it_and_may_begin_with_it()
    {
        _folder.Write("hubert_base_librispeech.yaml", "defaults: [hubert_base_librispeech]\nmodel:\n  encoder_layers: 6\n");
        var named = ConfigLoader.Load("hubert_base_librispeech", Given, _folder.FullName);
        Assert.Equal((6, 0.1), (named.Value.Model.EncoderLayers, named.Value.Model.DropoutInput));
        var path = _folder.Write("mine.yaml", "defaults: [hubert_base_librispeech]\n");
        Assert.Equal(6, ConfigLoader.Load(path, Given).Value.Model.EncoderLayers);
    }

    [Fact]
    public void A_choice_in_the_list_takes_over_from_the_bundled_one()
    {
        var path = _folder.Write("mine.yaml", "defaults:\n  - hubert_base_librispeech\n  - override lr_scheduler: tri_stage\n"
            + "  - optimizer: adamw\n  - optional model: none_such\n  - _self_\nlr_scheduler:\n  decay_steps: 10\n");
        Assert.Contains("model._name expected hubert", Assert.Throws<UserException>(() => ConfigLoader.Load(path, Given)).Message);
        path = _folder.Write("mine.yaml", File.ReadAllText(path).Replace("  - optional model: none_such\n", "", StringComparison.Ordinal));
        var config = ConfigLoader.Load(path, Given);
        Assert.IsType<AdamWConfig>(config.Value.Optimizer);
        Assert.Equal(10, Assert.IsType<TriStageConfig>(config.Value.LrScheduler).DecaySteps);
        Assert.Contains(config.Notices, n => n.StartsWith("left out, lr_scheduler._name=tri_stage has no such key"));
    }

    [Fact]
    public void A_groups_file_may_speak_for_the_whole_configuration()
    {
        _folder.Write("run/submitit.yaml", "# of the cluster\n# @package _global_\n\nhydra:\n  launcher: x\n"
            + "distributed_training:\n  distributed_world_size: 8\n");
        _folder.Write("optimizer/mine.yaml", "# @package _group_\n_name: adamw\nadam_eps: 1e-6\n");
        var path = _folder.Write("mine.yaml", "defaults:\n  - hubert_base_librispeech\n  - run: submitit\n  - optimizer: mine\n");
        var config = ConfigLoader.Load(path, Given).Value;
        Assert.Equal((8, 1e-6), (config.DistributedTraining.DistributedWorldSize, Assert.IsType<AdamWConfig>(config.Optimizer).AdamEps));
    }

    [Theory]
    [InlineData("[absent]", "FILE:1: the defaults list names 'absent.yaml', expected that file beside the configuration or a bundled name, "
        + "found neither; bundled are base_100h, base_10h, finetune_small_cpu, hubert_base_librispeech, hubert_large_librivox, "
        + "hubert_mel_cpu, "
        + "hubert_small_cpu, hubert_xlarge_librivox, "
            + "speech_tokenizer_base, tokenizer_small_cpu")]
    [InlineData("[../outside]", "FILE:1: the defaults list names '../outside', expected a file in the configuration's folder, found a way "
        + "out of it")]
    [InlineData("[sub/../../outside]", "FILE:1: the defaults list names 'sub/../../outside', expected a file in the configuration's "
        + "folder, found a way out of it")]
    [InlineData("[one]", "IN/two.yaml:1: the defaults lists run in a circle, one.yaml -> two.yaml -> one.yaml; remove one of them")]
    [InlineData("[mine]", "FILE:1: the defaults lists run in a circle, mine.yaml -> mine.yaml; remove one of them")]
    [InlineData("[base@model]", "FILE:1: defaults expected a list of 'group: name', found 'base@model'")]
    [InlineData("[optional nothing: x]", "FILE:1: unknown key 'nothing'")]
    public void A_list_that_leads_nowhere_is_one_line(string defaults, string expected)
    {
        _folder.Write("outside.yaml", "task:\n  data: /secret\n");
        _folder.Write("in/one.yaml", "defaults: [two]\n");
        _folder.Write("in/two.yaml", "defaults: [one]\n");
        var path = _folder.Write("in/mine.yaml", $"defaults: {defaults}\n");
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load(path, Given)).Message;
        Assert.Equal(expected, error.Replace(path, "FILE", StringComparison.Ordinal)
            .Replace(_folder.At("in"), "IN", StringComparison.Ordinal));
    }

    [Fact]
    public void An_absolute_path_begins_at_the_configurations_folder()
    {
        var outside = _folder.Write("outside.yaml", "task:\n  data: /secret\n");
        var path = _folder.Write("in/mine.yaml", $"defaults: [{outside}]\n");
        Assert.Contains("expected that file beside the configuration",
            Assert.Throws<UserException>(() => ConfigLoader.Load(path, Given)).Message);
        _folder.Write("in/sub/a.yaml", "defaults: [/b]\n");
        _folder.Write("in/b.yaml", "model:\n  dropout: 0.3\n");
        path = _folder.Write("in/mine.yaml", "defaults: [sub/a]\n");
        Assert.Equal(0.3, ConfigLoader.Load(path, Given).Value.Model.Dropout);
    }

    [Fact]
    public void Depth_and_number_of_files_are_bounded()
    {
        for (var i = 0; i < 20; i++)
            _folder.Write($"deep{i}.yaml", $"defaults: [deep{i + 1}]\n");
        Assert.Contains("expected at most 16 configurations inside each other by defaults lists, found more",
            Assert.Throws<UserException>(() => ConfigLoader.Load(_folder.At("deep0.yaml"), Given)).Message);
        // each names the next twice: 2^10 readings
        for (var i = 0; i < 10; i++)
            _folder.Write($"wide{i}.yaml", i == 9 ? "" : $"defaults: [wide{i + 1}, wide{i + 1}]\n");
        Assert.EndsWith("expected at most 64 configurations by defaults lists, found more",
            Assert.Throws<UserException>(() => ConfigLoader.Load(_folder.At("wide0.yaml"), Given)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
